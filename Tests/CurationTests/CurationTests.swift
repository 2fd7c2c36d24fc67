import Curation
import Testing
