import ICU
import Testing
