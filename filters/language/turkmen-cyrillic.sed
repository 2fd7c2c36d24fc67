# Turkmen in the Latin alphabet of 1999 to Cyrillic letters: sed -f turkmen-cyrillic.sed (a UTF-8 locale)
s/.*/\L&/
s/ýa/я/g
s/ýo/ё/g
s/ýu/ю/g
s/ýe/е/g
s/\be/э/g
y/abçdeäfghijžklmnňoöprsştuüwyýz/абчдеәфгхиҗжклмнңоөпрсштуүвыйз/
