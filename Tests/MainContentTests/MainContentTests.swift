import MainContent
import Testing
