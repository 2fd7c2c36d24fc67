# Uzbek in the Latin alphabet of 1995 to Cyrillic letters: sed -f uzbek-cyrillic.sed (a UTF-8 locale)
s/[ʻʼ‘’`´]/'/g
y/QWERTYUIOPASDFGHJKLZXCVBNM/qwertyuiopasdfghjklzxcvbnm/
s/o'/ў/g
s/g'/ғ/g
s/sh/ш/g
s/ch/ч/g
s/yo/ё/g
s/yu/ю/g
s/ya/я/g
s/ye/е/g
s/ts/ц/g
s/\be/э/g
s/\([aouiяёюў]\)e/\1э/g
s/'/ъ/g
y/abdefghijklmnopqrstuvxyz/абдефгҳижклмнопқрстувхйз/
