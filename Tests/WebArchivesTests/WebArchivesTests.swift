import WebArchives
import Testing
