import TokenShards
import Testing
