import Tokenization
import Testing
