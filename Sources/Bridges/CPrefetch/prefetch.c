// The bridge is its header; a package target needs one source file.
#include "cprefetch.h"
