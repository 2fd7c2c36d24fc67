import Datasheets
import Testing
