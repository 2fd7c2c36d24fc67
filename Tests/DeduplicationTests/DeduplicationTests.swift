import Deduplication
import Testing
