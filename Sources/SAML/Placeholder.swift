import CXMLSec
