# Uyghur in Arabic letters to the Latin ones of 2008: sed -f uyghur-latin.sed (a UTF-8 locale)
s/\(^\|[^[:alpha:]]\)ئ/\1/g
s/ئ/'/g
s/چ/ch/g
s/ژ/zh/g
s/ش/sh/g
s/غ/gh/g
s/ڭ/ng/g
y/اەېىوۇۆۈبپتجخدرزسفقكگلمنھۋي،؛؟/aeëiouöübptjxdrzsfqkglmnhwy,;?/
