#include "cicu.h"
#include <unicode/uversion.h>
void cicu_version(char *buffer) {
  UVersionInfo version;
  u_getVersion(version);
  u_versionToString(version, buffer);
}
