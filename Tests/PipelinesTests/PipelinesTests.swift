import Pipelines
import Testing
