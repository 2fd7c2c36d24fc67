# Azerbaijani in the Latin alphabet of 1992 to the Cyrillic one of 1958: sed -f azerbaijani-cyrillic.sed (a UTF-8 locale)
s/I/ı/g
s/İ/i/g
s/.*/\L&/
y/abcçdeəfgğhxıijkqlmnoöprsştuüvyz/абҹчдеәфҝғһхыижкглмноөпрсштуүвјз/
