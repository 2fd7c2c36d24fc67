// Made by `extraction-training` in Benchmarks from 936 pages (160 trees); not written by hand.

let blockClassifierModel: StaticString = """
  bias 376
  pruned:0.0 parent-paragraphs:0.0 boilerplate-words:0.16666667 in-largest-article:-1.0 parent-paragraphs:1.0 = -141 -281 14
  -233 -232 -289 -80 -249 5 -237 117 -146 -188 -275 -87 -243 0 0 146 -235 0 0 -153 -233 0 0 184 -50 0 0 -46 -203
  parent-paragraphs:0.0 boilerplate-words:0.0625 parent-paragraphs:1.0 nav:0.0 page-paragraphs:2.0 = 43 157 -167 -133 0 183 0 7
  -177 -1 -138 0 0 0 0 0 -145 32 -210 -112 0 153 0 -6 -246 -182 -238 -185 0 -154 0 -98
  characters:6.125 grandparent-link-density:0.21428572 run:1.0 boilerplate-role:0.0 main:0.0 = -102 75 -207 -142 69 156 -202 12
  -204 -230 -210 -186 -147 -224 -212 -87 -44 109 -124 8 122 165 -43 107 -96 -36 -172 -73 -67 -6 -102 -10
  parent-paragraphs:0.0 in-only-main:-1.0 boilerplate-words:0.22222222 in-largest-article:-1.0 own-link-density:0.27272728 =
  -195 -178 -115 28 -181 -144 -193 -189 -172 -192 17 132 -170 -69 -169 -116 -204 -106 -173 -126 -194 -117 -187 -130 -189 -150
  -103 7 -183 -105 -176 -164
  depth-below-best:-1.0 uppercase:0.065789476 depth-below-best:4.0 footer:0.0 position:0.71028066 = -148 155 -180 75 0 78 0 -28
  -93 -124 -159 -107 0 -183 0 -146 -217 116 -201 -28 0 21 0 -54 -213 -64 -196 -36 0 -149 0 -131
  parent-paragraphs:1.0 parent-link-density:0.1051267 footer:0.0 ends-sentence:0.0 heading-words:0.2857143 = -24 34 -122 -57
  -169 -146 -175 -51 53 140 -56 111 -179 -201 -170 -72 -152 -80 -169 -75 -118 -47 -167 -23 -83 47 -141 -42 -133 -124 -134 -35
  parent-paragraphs:1.0 in-only-main:-1.0 boilerplate-words:0.22222222 position:0.7943303 best-share:0.61949944 = -169 -112 -80
  106 -160 -12 -164 -142 -169 -47 -157 -60 -143 -41 -156 -86 -157 -70 48 131 -152 -95 -127 -80 -156 -177 -112 54 -159 -34 -166
  -117
  pruned:0.0 words:3.875 tag:1.0 grandparent-characters:8.375 best-share:0.8845662 = -67 -159 5 -141 -30 -157 48 -139 -164 -150
  56 -145 45 -165 129 -96 23 -100 -2 -47 62 -110 63 -52 -108 -103 131 -101 103 -87 121 3
  depth-below-best:-1.0 characters:4.25 depth-below-best:4.0 position:0.6873542 after-h1:-1.0 = -162 -68 -166 13 0 -145 0 -110
  -55 0 -73 37 0 -31 0 -55 -145 47 -88 124 0 -36 0 75 -164 -36 -171 86 0 -43 0 -3
  in-best:0.0 ends-sentence:0.0 footer:0.0 tag:1.0 grandparent-characters:9.0 = -130 -38 -159 45 -128 -115 -121 -73 -144 26
  -133 69 -144 -78 -142 -113 -169 -112 -120 93 -87 -88 -31 -76 -151 75 -36 123 -107 -71 -117 -185
  in-best:0.0 pruned:0.0 boilerplate-words:0.22222222 depth-below-best:6.0 ends-sentence:0.0 = -133 67 -138 -119 -144 -63 -147
  -141 0 26 0 -52 0 -55 0 -114 -56 120 -141 -91 -123 -95 -132 -92 0 45 0 -1 0 -29 0 -65
  pruned:0.0 run:1.0 grandparent-link-density:0.11279598 page-items:0.0 near-10:0.0 = 99 26 136 48 63 -79 129 -73 41 -107 109
  -54 -35 -124 28 -121 -21 -58 -33 69 11 11 14 0 -60 -135 -118 -154 0 -104 0 -89
  pruned:0.0 position:0.8158917 characters:6.125 footer:0.0 page-paragraphs:2.5 = 76 -73 8 -76 136 91 57 -33 -26 -51 -36 -73
  -11 -15 -26 -32 8 -109 -99 -122 97 -58 -12 -118 -63 -125 -67 -138 -211 -129 -83 -138
  pruned:0.0 characters:6.875 boilerplate-words:0.25 index:6.125 grandparent-characters:11.375 = 31 -115 110 -54 -83 -129 -28
  -15 7 -90 17 -52 -99 -129 0 -1 29 -128 117 -35 -142 -99 0 0 42 -65 91 -136 -4 -106 -3 -3
  words:4.5 after-h1:-1.0 position:0.7737722 run:1.0 footer:0.0 = -131 -139 -11 74 -57 -18 -92 -47 -132 20 80 109 0 0 -29 45
  -29 0 -119 -103 0 0 -114 -112 -4 0 -82 -161 0 0 -129 -110
  words:4.5 in-only-main:-1.0 near-10:0.0 next-link-density:0.82608694 own-link-density:0.009009009 = -97 -88 41 83 -13 -6 -109
  -132 -112 -99 -80 39 -1 -1 0 11 -123 -83 -49 93 1 0 -139 -70 -110 -65 -63 -40 -14 0 -74 -52
  parent-paragraphs:1.5 after-h1:-1.0 boilerplate-words:0.16666667 best-share:0.85916364 h1-distance:6.0 = -113 -60 -16 98 -115
  -53 -95 -108 -130 -55 47 80 -108 -28 -92 0 -122 -23 -68 -1 -97 -37 -104 -30 -79 -1 50 35 -25 -13 -26 23
  in-best:0.0 depth-below-best:3.0 boilerplate-words:0.22222222 great-characters:15.125 great-link-density:0.025583398 = -84 96
  0 34 -107 -57 0 -5 -6 -360 0 0 -17 -10 0 0 -112 87 0 15 -128 -54 0 -76 -38 48 0 0 -2 0 0 0
  in-best:0.0 tag:1.0 uppercase:0.05 position:0.51577365 heading-distance:4.75 = -31 35 46 101 -65 -44 -55 58 -141 -20 -115 59
  -122 -85 -117 8 -90 17 -122 10 -100 -27 -121 -24 -88 70 -111 25 -64 25 -94 30
  in-best:0.0 words:2.0 in-only-main:-1.0 position:0.51577365 run:1.0 = -112 25 -85 -21 -90 -53 -35 58 -112 -24 -91 -128 -123
  -34 -122 19 -106 -73 -77 -54 -106 29 40 102 -71 -29 -44 -154 -105 20 -128 62
  depth-below-best:-1.0 depth-below-best:1.0 boilerplate-words:0.22222222 near-4:0.0 in-largest-article:-1.0 = -104 62 0 -17
  -119 -9 0 -85 -87 -99 0 -42 -69 -1 0 -26 -70 93 0 43 -110 18 0 -47 67 -29 0 -84 -76 -28 0 -67
  in-best:0.0 words:2.0 position:0.5562816 from-end:6.125 near-31:0.0 = -87 -11 33 98 -117 -54 -105 16 -104 -24 -50 44 -82 27
  -93 33 -15 40 25 79 -32 0 -46 -28 -13 20 -47 -223 -1 -1 2 -137
  in-only-main:-1.0 parent-link-density:0.07964523 footer:0.0 grandparent-characters:15.0 next-words:3.75 = -109 27 -88 -25 -90
  -136 -97 -108 0 -30 0 -2 0 0 0 0 91 66 -31 24 -138 -124 -51 -39 0 -272 0 37 0 0 0 0
  after-h1:-1.0 position:0.85324347 footer:0.0 characters:6.875 page-items:0.0 = -41 71 0 6 -16 -3 0 -42 -9 112 0 40 0 0 0 0
  -107 0 -26 -78 -9 -111 0 -97 -51 52 0 -59 0 -175 0 -103
  after-h1:-1.0 near-10:0.0 any-2:0.0 words:4.75 great-paragraphs:7.125 = -99 3 -15 -97 -91 -69 0 0 -42 63 0 -107 -23 -63 0 16
  -1 -81 0 -1 0 -8 0 0 0 -209 0 -1 0 0 0 0
  in-best:0.0 heading-words:0.2 depth-below-best:1.0 ends-sentence:0.0 repeated-run:0.0 = -98 13 -108 21 0 -38 0 -94 -39 104
  -123 79 0 19 0 -89 -58 -21 -78 14 0 42 0 -56 -28 79 -109 86 0 33 0 -36
  depth-below-best:-1.0 boilerplate-words:0.125 depth-below-best:3.0 in-largest-article:-1.0 list-depth:0.0 = -85 40 -99 -14 0
  -8 0 -60 -33 59 -98 -84 0 7 0 -49 -81 16 -78 1 0 -109 0 -62 -42 86 -61 69 0 51 0 82
  position:0.8158917 near-0:0.0 boilerplate-words:0.125 page-paragraphs:2.5 near-17:0.0 = 82 23 -96 -23 0 -65 -42 -11 -5 -73
  -100 -79 -54 -87 -81 -59 91 1 56 -14 3 -41 24 -4 45 -34 -59 -47 -29 -80 -53 -47
  heading-words:0.2857143 ends-sentence:0.0 position:0.6873542 repeated-characters:2.5 heading-level:0.0 = -77 -105 66 -5 -75
  -106 -41 -102 13 -73 63 -75 -18 -92 -18 -27 18 -4 -58 -9 -38 -65 -79 -77 46 -11 -34 10 -6 -29 15 1
  depth-below-best:-1.0 depth-below-best:1.0 boilerplate-words:0.25 heading-words:0.0 great-paragraphs:7.125 = -49 79 0 27 -94
  -70 0 -61 -85 64 0 -32 -98 63 0 -87 -18 -201 0 -87 -19 -1 0 0 0 26 0 -48 0 1 0 1
  depth-below-best:-1.0 page-items:0.0 pruned:0.0 any-29:0.0 depth-below-best:6.0 = 29 79 -49 28 12 -47 -71 -92 0 32 -35 102 43
  13 155 13 0 67 0 -14 0 113 0 -22 0 5 0 28 0 0 0 -2
  depth-below-best:-1.0 tag:1.0 near-4:0.0 depth-below-best:4.0 near-31:0.0 = -90 -50 -54 57 -5 -54 -10 -178 0 -24 0 1 0 -8 0
  -10 -7 -12 -35 -191 0 0 -1 0 0 11 0 -33 0 -31 0 0
  depth-below-best:-1.0 footer:0.0 words:2.0 any-21:0.0 page-headings:3.125 = -109 -75 -65 -48 -17 50 34 -100 -32 74 0 0 27 106
  0 0 -91 8 -86 -4 -22 27 -87 -155 161 -57 -4 -1 14 -67 -11 0
  depth-below-best:-1.0 boilerplate-role:0.0 run:1.0 great-characters:15.125 parent-link-density:0.06725119 = -31 8 -91 -92 36
  60 -88 -89 -3 -12 0 2 0 -292 0 0 -57 -14 -86 5 -58 48 -70 -69 -6 8 0 -2 0 59 0 -2
  pruned:0.0 tag:1.0 any-31:0.0 main:0.0 position:0.600939 = -8 -89 34 -51 -10 13 39 11 -45 54 61 -28 -16 -2 -235 2 -47 -82 -14
  -50 13 2 -20 13 -62 -14 -3 -19 11 -13 -75 -51
  pruned:0.0 page-link-density:0.70890695 any-15:0.0 depth-below-best:6.0 words:2.0 = -41 -76 46 -27 -58 -39 0 0 12 -69 55 91
  -22 25 0 -4 29 -41 49 22 26 9 0 0 -5 -18 92 95 -194 66 19 -3
  page-items:0.0 near-0:0.0 page-characters:15.125 grandparent-link-density:0.01903526 boilerplate-words:0.22222222 = 113 17
  -96 -88 14 -236 0 0 43 5 -3 -66 63 6 0 -9 25 21 0 -13 -1 -6 0 0 -53 -77 -5 -58 4 7 0 -5
  in-largest-article:-1.0 near-17:0.0 page-headings:4.5 next-2-link-density:0.07111111 great-paragraphs:4.5 = -70 47 -40 10 -81
  19 46 -19 -100 -49 -71 -8 -64 0 92 55 -112 36 36 44 -49 -104 54 58 -60 40 22 -27 9 -16 49 46
  after-h1:-1.0 run:1.0 near-4:0.0 great-mean-block:5.0 depth-below-best:-1.0 = -77 -45 -70 -12 -21 4 -22 -33 -38 76 0 21 64 29
  0 -1 -78 5 -78 60 -6 -19 11 -193 7 -46 33 -48 -15 -43 0 13
  depth-below-best:-1.0 good-before:10.0 parent-link-density:0.45430037 near-21:0.0 from-end:4.625 = -36 -21 -78 83 -60 -139
  -76 30 -28 -17 10 3 -2 -55 -9 2 -61 22 47 16 -52 -47 -35 51 22 -115 3 -5 -4 -2 42 64
  position:0.9002199 any-0:0.0 page-blocks:9.25 ends-sentence:0.0 repeated-characters:0.0 = -38 -71 -58 -46 -13 -20 -21 2 28
  -86 -7 -25 -70 -58 -3 0 18 -67 -60 -1 68 -18 134 50 37 -11 -53 -19 -66 -2 45 13
  page-items:0.0 from-end:4.0 good-after:4.375 best-share:0.9727694 pruned:0.0 = -14 9 51 43 55 -96 78 -9 56 -68 -93 -81 114
  -130 -9 48 88 24 36 -20 -40 -28 64 -27 22 -7 10 -13 5 -83 -5 -39
  form:0.0 url-depth:4.0 in-best:0.0 any-23:0.0 parent-mean-block:3.0 = -59 -21 -39 -42 17 -68 -42 -44 41 -52 -4 -19 69 -90 -6
  -30 -34 -75 -27 -21 23 -65 -14 -35 5 1 106 -1 -23 -69 -56 34
  copyright:0.0 in-largest-article:-1.0 article-role:0.0 heading-distance:3.25 parent-characters:8.625 = -11 -34 7 -141 52 0
  -43 0 -79 -57 11 -3 108 0 -19 0 -23 -4 34 -2 59 0 58 1 -146 -21 -59 -168 63 0 25 0
  near-10:0.0 footer:0.0 page-link-density:0.70890695 in-largest-article:-1.0 parent-link-density:0.72131145 = -25 -64 -84 -4
  -23 0 -12 0 23 -131 -118 -1 86 0 -16 0 -1 -10 -75 -5 -40 0 -5 0 -44 1 -81 0 90 0 80 0
  any-8:0.0 run:1.0 page-articles:4.375 page-link-density:0.5405584 own-link-density:0.009009009 = -6 -81 58 45 -1 -25 -145 2
  -7 -84 44 -60 93 15 -1 0 -31 -68 -16 -11 -6 -11 -14 -7 52 -106 23 -102 158 -3 -15 0
  footer:0.0 page-is-article:0.0 grandparent-characters:8.25 url-depth:3.0 page-items:4.25 = -68 -13 -110 -3 2 -4 -40 -1 53 -21
  -9 -20 19 -41 17 -36 78 -40 40 -8 36 -89 -33 -52 11 -14 -91 -71 -10 -108 11 -62
  page-items:0.0 heading-distance:2.5 repeated-run:0.0 near-17:0.0 great-link-density:0.025583398 = 110 -21 52 -65 70 -35 70 52
  63 21 0 0 17 51 33 -79 -20 -29 58 -74 -11 0 38 -24 0 11 25 -62 -66 66 74 28
  any-29:0.0 page-link-density:0.26426446 depth-below-best:-1.0 near-21:0.0 definitions:0.0 = -48 251 -7 14 14 89 -13 -36 89
  -42 23 7 -86 13 2 -48 30 0 48 -1 -173 10 76 0 0 0 0 0 0 0 0 0
  page-is-article:0.0 great-characters:10.25 words:4.5 h1-distance:3.875 grandparent-link-density:0.01903526 = 20 -59 12 -2 75
  20 114 65 45 -1 71 33 -17 -118 -46 -52 -3 -1 -50 -98 -21 -10 84 91 20 -71 28 -14 -2 -121 -22 73
  position:0.5786974 heading-words:0.5 heading-distance:5.0 page-headings:3.375 grandparent-characters:13.0 = 65 -52 -38 -69 18
  20 -10 6 29 -14 -82 -41 -57 2 -116 -92 -162 -240 2 0 77 63 0 4 9 -24 7 -11 -28 21 -6 -21
  page-paragraphs:2.5 page-blocks:9.125 after-h1:-1.0 hidden:0.0 url-depth:4.0 = -85 -24 114 -33 46 5 176 -19 -31 -57 0 -1 67
  70 0 -38 -48 -63 -8 -20 -8 -28 -12 -33 -41 -59 0 -31 93 76 0 52
  footer:0.0 next-same-tag:0.0 words:1.5 punctuation:0.25 own-characters:7.5 = -41 7 -45 -59 -7 -21 23 -81 -44 -5 23 -5 -41 -45
  44 -20 -11 -1 -18 0 13 -76 30 -117 -5 0 -1 0 -250 0 -31 -12
  page-paragraphs:2.5 page-headings:5.0 own-link-density:0.06711409 own-characters:6.5 parent-mean-block:3.25 = -13 5 61 -6 -12
  -36 154 33 62 22 0 -135 -65 5 16 11 10 12 0 22 46 -131 28 -84 92 -2 13 -29 14 -14 -14 65
  copyright:0.0 boilerplate-words:0.25 after-h1:-1.0 near-30:0.0 grandparent-characters:15.0 = -66 -4 -63 -1 13 -216 -63 -28 0
  0 -1 0 -118 0 -33 0 -1 0 0 0 -122 0 4 0 0 0 0 0 0 0 0 0
  page-is-article:0.0 next-words:2.0 near-10:0.0 page-items:2.0 from-end:4.375 = 87 -76 21 -38 7 12 -69 11 -108 -71 -45 -21 -8
  -9 32 -12 22 -70 75 -26 12 7 -55 49 8 -47 26 12 -47 -22 -27 -187
  page-headings:5.25 previous-2-same-tag:0.0 page-articles:1.0 any-18:0.0 page-items:2.25 = -5 59 57 90 -24 -53 19 -5 6 29 -88
  75 34 -17 77 -24 -57 32 -13 62 -24 45 -48 -14 -26 15 34 54 5 -8 44 -115
  form:0.0 near-10:0.0 article-role:0.0 page-headings:5.875 near-15:0.0 = 4 -109 -149 -34 41 -6 89 0 56 -31 -7 -3 -230 0 34 0
  -65 49 38 -1 -45 0 0 0 -7 -3 0 0 1 0 0 0
  near-17:0.0 page-headings:5.0 great-link-density:0.21105528 own-link-density:0.7 any-21:0.0 = -2 26 -63 26 -32 -24 -55 95 -41
  -126 -69 -76 -27 -37 24 140 54 -87 -41 -23 86 7 12 -1 -7 1 3 -5 4 51 -5 81
  heading-words:0.14285715 near-10:0.0 tag:1.0 heading-distance:4.5 page-is-forum:0.0 = -47 -68 49 -13 23 -18 -4 -53 36 -74 84
  -36 -21 33 -60 -56 41 28 -44 24 -31 -88 70 -41 29 -15 -105 -4 37 -8 58 -234
  figure:0.0 any-29:0.0 page-paragraphs:2.5 any-8:0.0 near-9:0.0 = 38 34 -51 0 0 -121 92 -40 -103 0 -3 0 -55 -76 36 0 54 0 0 0
  -108 12 45 0 -14 0 -16 -1 -39 0 41 0
  near-30:0.0 near-8:0.0 characters:4.0 page-items:8.25 parent-mean-block:3.25 = -33 -73 -22 -1 30 -82 -81 -1 52 -3 -14 0 26 4
  -4 0 -80 -13 -3 0 3 -102 -84 0 -23 0 -1 0 -85 7 -30 0
  position:0.51577365 page-blocks:7.0 page-headings:3.625 great-link-density:0.050439067 page-blocks:7.75 = 56 -2 -92 -149 117
  -1 -7 2 3 -103 41 18 72 32 -9 -34 0 0 25 52 0 0 -7 -5 0 0 10 -2 0 0 11 -5
  footer:0.0 near-31:0.0 characters:6.625 page-blocks:7.25 list:0.0 = -32 -88 -11 103 64 -69 13 3 -13 -57 -36 -10 2 -99 -144
  -16 48 -55 57 20 85 0 12 0 36 -10 -24 -4 -27 -91 -133 -2
  boilerplate-words:0.33333334 near-30:0.0 near-8:0.0 near-31:0.0 characters:6.625 = 4 -62 -82 -24 -84 -34 -4 1 55 -13 0 0 -1 0
  0 0 18 -3 -65 0 -56 0 0 0 -163 0 0 0 -1 0 0 0
  best-share:0.13854203 url-depth:5.0 own-characters:8.125 h1-distance:4.375 page-link-density:0.43325958 = -11 8 -21 -65 2 59
  2 68 160 1 22 -45 -9 -39 -6 10 56 7 43 -12 0 14 13 32 94 14 -19 -60 8 -332 5 -21
  product:0.0 any-8:0.0 pruned:0.0 in-only-main:0.0 any-11:0.0 = -18 29 -6 0 3 -3 -88 0 19 -169 11 0 43 -20 -74 16 44 0 16 0
  -71 0 -49 0 4 -85 -15 0 40 0 -24 0
  near-31:0.0 url-depth:5.0 page-paragraphs:7.125 any-5:0.0 any-29:0.0 = 5 -140 -49 65 -85 0 57 0 -106 2 -27 0 -31 0 0 0 86 5
  -22 0 2 0 8 0 -2 0 -2 0 0 0 0 0
  from-end:4.625 uppercase:0.025641026 any-5:0.0 page-link-density:0.0723264 grandparent-mean-block:4.5 = 46 20 -24 -21 8 0 4
  12 -37 10 -89 12 42 -84 33 -143 76 -4 -77 -115 0 5 -9 -23 68 35 -42 10 0 11 4 26
  after-h1:-1.0 list:0.0 page-articles:4.375 page-is-forum:0.0 heading-distance:1.5 = -60 9 -50 18 -3 106 -3 -90 -1 16 0 -18 0
  -107 0 -1 -87 -20 -34 57 -10 16 6 -88 -15 -18 -7 -135 18 22 -6 -28
  next-2-same-tag:0.0 good-before:10.0 good-after:9.375 characters:5.125 great-link-density:0.01856903 = 6 58 -33 53 -63 -4 55
  -64 -53 -8 60 43 20 60 34 -8 -6 6 -27 -40 -97 -65 4 17 -17 24 48 78 -77 -53 3 90
  footer:0.0 near-30:0.0 good-after:10.375 index:3.0 good-before:10.0 = 51 0 0 0 54 -5 0 0 9 -111 -97 -12 -54 -39 5 3 -103 0 -1
  0 53 0 0 0 36 -35 -37 0 9 12 -17 0
  next-2-same-tag:0.0 near-0:0.0 uppercase:0.032258064 depth:5.0 in-largest-article:0.0 = 63 35 -92 -2 -70 -2 -8 -35 -15 8 -20
  -57 -19 28 -14 -54 63 0 0 0 -22 -150 -1 0 23 59 4 -22 -35 25 36 60
  any-5:0.0 great-paragraphs:5.0 page-characters:14.0 position:0.8158917 tag:9.0 = 0 -85 45 8 -9 0 27 -24 -30 27 11 3 70 -3 25
  0 21 20 90 -17 -61 7 -46 -184 -23 -6 39 0 53 0 -46 -7
  footer:0.0 run:1.0 page-items:7.125 page-items:7.0 page-blocks:7.5 = -8 -70 26 -70 0 0 0 0 -167 -7 -116 -6 72 -23 -7 -46 -27
  -51 46 -74 0 0 0 0 -9 -8 -32 13 5 27 -4 -72
  after-h1:-1.0 hidden:0.0 position:0.5562816 good-before:11.25 near-12:0.0 = -58 18 -97 51 3 -26 -48 108 -47 28 -38 -74 -20 50
  -22 -1 -4 -55 -1 6 -1 -63 0 17 25 -36 -9 -8 13 5 0 1
  heading-words:0.14285715 near-17:0.0 in-largest-article:-1.0 any-20:0.0 repeated-run:2.5 = -80 -74 46 6 17 -40 -9 -7 -4 -23 9
  -2 -32 -31 21 -43 -110 -30 31 24 19 -61 -53 8 -83 -17 56 9 41 5 79 -80
  page-is-article:0.0 any-1:0.0 grandparent-characters:8.25 page-characters:14.0 page-characters:12.0 = 39 24 -73 -9 37 -17 -44
  -51 0 0 0 0 0 0 0 0 26 -75 13 -40 -3 25 -94 -4 9 -19 -29 28 15 -58 -12 60
  best-share:0.9842903 page-is-article:0.0 any-24:0.0 any-10:0.0 page-headings:4.375 = 30 -49 -6 -103 30 -24 -29 -18 -9 -129
  -83 63 -11 0 -2 0 11 31 18 -101 -53 -14 -138 -3 28 -9 -100 0 63 0 -7 0
  heading-words:0.14285715 list:0.0 tag:1.0 page-is-forum:0.0 next-2-same-tag:0.0 = -69 -56 52 25 -11 -35 32 -31 10 18 -5 -17
  42 -22 -9 -31 -2 -90 103 2 24 21 25 -28 5 29 -59 -4 27 -173 -31 -94
  in-largest-article:-1.0 form:0.0 best-share:0.13854203 list-depth:0.0 best-share:0.43373725 = -17 115 -1 72 -61 -1 -52 -29 -4
  41 0 -4 -19 -64 -3 5 0 0 0 0 -3 4 3 -106 0 0 0 0 -72 49 4 -100
  any-29:0.0 uppercase:0.0952381 great-mean-block:3.625 own-link-density:0.14450867 uppercase:0.071428575 = 23 -17 0 0 -1 49 0
  0 -30 3 0 0 -58 1 0 0 -74 -16 11 116 -24 -39 -36 42 -7 21 24 167 -105 -17 -86 30
  footer:0.0 after-h1:-1.0 good-before:10.5 list-depth:1.0 page-headings:3.625 = 4 0 -22 -37 -20 -5 40 -16 -33 0 43 -1 -30 0
  -15 0 -89 0 8 -97 -52 -2 33 16 -40 0 122 -21 18 0 -32 -9
  near-12:0.0 definitions:0.0 page-link-density:0.3530598 grandparent-link-density:0.1724138 page-paragraphs:5.75 = 9 -113 -117
  -1 -18 -2 73 46 -50 -13 23 10 -7 18 60 84 2 -35 -180 -2 -34 -9 -3 0 78 1 -1 0 5 0 -1 0
  form:0.0 page-is-article:0.0 main:0.0 great-link-density:0.015067407 page-headings:4.625 = 46 -37 -2 -11 -19 31 61 -28 -25
  -56 -25 -16 32 -22 -15 -67 82 -45 -162 -35 -16 -82 -28 -26 19 -6 -22 -6 2 -35 9 -16
  any-29:0.0 page-link-density:0.2581075 definitions:0.0 near-22:0.0 any-4:0.0 = 13 135 -16 -11 -127 10 87 -1 -23 73 -3 -25 -27
  0 29 0 -20 -19 -65 -10 30 0 0 0 3 -8 88 -30 0 0 0 0
  boilerplate-role:0.0 best-share:0.85130113 near-11:0.0 depth:8.0 own-mean-block:4.5 = -1 -58 -23 62 -107 -12 -23 -7 5 -77 8
  19 18 4 54 7 68 -116 -34 -52 36 -2 36 -9 -4 -103 -18 25 39 29 76 9
  heading-words:0.5 next-same-tag:0.0 heading-level:0.0 url-depth:3.0 grandparent-characters:12.375 = -22 -2 60 -49 65 11 8 0
  -11 -57 1 -94 -10 38 -8 -15 -150 0 -42 -1 18 -1 -6 0 0 -37 35 23 66 -12 1 -38
  any-29:0.0 heading-distance:2.0 tag:3.0 words:3.875 list-depth:0.0 = -88 -26 -4 50 2 -8 -16 52 18 -21 -45 -17 47 30 -19 47 -1
  19 70 106 33 17 -2 130 -39 20 32 1 -43 -14 -24 -6
  characters:4.0 page-paragraphs:3.875 page-link-density:0.0723264 any-21:0.0 good-after:7.25 = -82 70 28 -52 -33 56 -26 12 0 0
  -17 32 9 34 -8 -49 84 46 11 -15 -40 -17 -42 -1 0 0 -3 4 39 89 -54 -49
  footer:0.0 position:0.6873542 parent-characters:5.75 great-mean-block:1.5 best-share:0.4948092 = 49 -3 16 -9 -24 -5 -41 -15
  -105 -3 -15 20 13 -53 -7 -29 8 -7 48 119 -77 -9 -25 -32 7 -24 11 -25 19 -106 -25 -73
  great-paragraphs:7.125 great-link-density:0.029817332 tag:10.0 great-paragraphs:4.875 any-24:0.0 = 0 0 -2 0 -25 0 76 0 78
  -129 26 59 -244 -7 -59 0 35 0 -37 0 1 0 0 0 -156 0 15 -7 0 0 1 0
  after-h1:-1.0 page-link-density:0.70890695 tag:4.0 list-depth:0.0 heading-distance:5.5 = -54 -33 -35 -29 -37 6 -31 99 -17 40
  3 -26 -68 4 -1 103 -55 39 -16 72 -54 -47 1 90 1 -44 -62 -1 -19 -10 82 14
  great-mean-block:3.25 link-density:0.09793814 near-18:0.0 page-headings:4.375 page-characters:13.0 = 19 17 -9 -84 63 47 -24
  -79 28 -21 35 -15 9 11 -32 -33 0 -56 -10 -65 15 2 0 -1 -17 -25 57 13 -149 78 -22 -91
  heading-words:0.5 near-29:0.0 list:0.0 words:4.25 punctuation:0.2 = -6 -79 10 6 17 -27 174 0 12 36 -53 7 -29 -94 10 0 4 -42
  17 -4 58 -34 34 0 -93 -14 20 0 7 -2 1 0
  copyright:0.0 previous-2-link-density:0.8181818 next-link-density:0.5 page-headings:4.75 own-link-density:0.0 = 36 -203 -34
  103 -16 -21 12 -1 -14 -1 -49 1 -6 -3 -37 -1 1 -4 11 11 -72 -4 -35 2 -18 -1 -30 0 22 0 60 2
  next-words:5.75 page-is-article:0.0 h1-distance:3.25 uppercase:0.07692308 next-link-density:0.5 = 20 89 30 81 -11 -10 -8 63
  -78 14 -21 -18 47 4 -24 45 -5 0 25 0 11 0 -84 8 19 1 6 0 19 -1 -41 0
  figure:0.0 words:2.0 page-paragraphs:3.875 any-21:0.0 page-headings:5.25 = -37 -20 22 -20 -18 10 2 -171 89 11 40 0 -72 2 -59
  20 42 0 70 -9 -26 12 9 33 -43 12 62 13 3 19 0 -12
  footer:0.0 after-h1:-1.0 hidden:0.0 position:0.28977433 good-after:10.375 = -51 -1 25 -26 -63 -8 -27 0 23 0 -1 -96 -64 0 106
  -40 -16 -2 52 0 0 0 -20 0 -27 0 -26 -13 -56 0 -39 -6
  previous-2-same-tag:0.0 own-mean-block:6.125 any-8:0.0 parent-characters:9.375 url-depth:2.0 = 51 23 -21 0 -99 -46 0 0 -51
  -210 -90 17 -38 -12 0 0 -13 25 -87 31 -74 -37 -2 36 17 -6 -68 24 52 21 14 8
  heading-words:0.2857143 page-blocks:7.625 page-articles:2.5 grandparent-characters:11.0 near-17:0.0 = -14 -1 24 -32 -39 24
  -32 -51 -21 -38 -12 -42 -64 9 -78 -31 -28 -60 38 -112 124 66 -31 15 22 40 17 31 -63 -81 5 7
  page-items:2.0 best-share:0.9842903 page-characters:12.375 page-paragraphs:4.875 near-20:0.0 = -28 22 47 -71 -18 -18 40 6 -14
  36 0 0 91 -7 -11 -62 92 68 -5 -53 1 -65 0 82 0 10 0 0 34 67 -45 -28
  best-share:0.9842903 parent-mean-block:1.0 any-21:0.0 depth-below-best:11.0 page-characters:12.0 = -12 -13 34 -39 -32 55 96
  34 0 -38 67 -70 0 -7 0 62 -62 -22 5 -42 1 -10 -17 29 -38 30 86 15 -10 -7 -132 0
  table:0.0 near-19:0.0 any-23:0.0 page-headings:1.5 own-characters:5.5 = -35 -43 -36 0 -20 -4 -3 0 -19 103 65 8 15 -33 -50 5
  118 19 50 0 -2 -3 -104 0 -17 75 54 -101 -8 51 -24 1
  near-4:0.0 page-is-list:0.0 figure:0.0 any-17:0.0 great-characters:11.0 = -5 20 13 0 7 0 0 0 1 -35 -44 -9 -62 -40 35 0 -37 62
  -9 0 7 0 0 0 32 -150 -116 86 -136 3 21 0
  form:0.0 any-0:0.0 next-same-tag:0.0 any-15:0.0 page-characters:12.5 = 6 -2 -24 35 31 -47 -57 -3 3 -3 -96 0 -8 -10 -46 0 -14
  -87 4 10 23 -108 -24 6 -64 -8 54 0 -49 35 30 0
  footer:0.0 copyright:0.0 heading-distance:4.25 parent-paragraphs:1.5 tag:10.0 = 7 -71 -105 -7 7 -45 51 126 31 -69 -52 0 -78
  -21 0 -1 -25 0 0 0 86 0 0 0 -138 0 0 0 20 0 0 0
  uppercase:0.025641026 page-items:4.25 heading:0.0 grandparent-characters:12.375 repeated-characters:2.5 = 79 -8 -7 -39 7 -95
  0 5 62 -39 59 -83 4 42 13 61 38 4 -8 7 -4 -64 -67 54 20 -93 13 3 2 -3 10 0
  form:0.0 boilerplate-words:0.5 date-like:0.0 repeated-run:5.75 repeated-run:5.125 = 1 -74 -77 13 -70 18 -2 0 0 0 0 0 0 0 0 0
  -113 -8 -2 0 -8 0 0 0 86 -66 -1 0 18 0 0 0
  page-is-article:0.0 grandparent-characters:8.25 any-24:0.0 page-characters:11.625 position:0.5562816 = 35 -3 2 45 -6 117 26
  -1 25 -40 10 34 -34 -91 11 -54 21 -32 68 -105 10 0 -5 -2 26 -49 -22 -6 17 -50 69 -51
  aside:0.0 page-is-product:0.0 page-paragraphs:5.0 page-paragraphs:4.625 repeated-link-density:0.1080402 = 12 -77 0 -14 0 0 0
  0 13 -22 110 -1 6 -53 -109 -2 12 -56 -65 -7 0 0 0 0 -131 -7 61 0 13 37 -13 0
  any-8:0.0 hidden:0.0 position:0.5786974 near-9:0.0 any-24:0.0 = 12 -49 -2 -66 -12 -49 118 -28 18 39 -12 -53 -93 1 -28 -25 -13
  -76 25 -7 -12 35 -25 12 -66 -9 9 -1 28 0 -10 0
  page-items:0.0 from-end:4.0 copyright:0.0 links:0.0 url-depth:3.0 = 11 -58 -148 21 0 -46 0 -90 20 17 18 -79 0 6 0 -11 76 -52
  27 -1 0 122 0 -150 20 -32 47 -24 -1 4 1 -4
  any-8:0.0 grandparent-mean-block:4.0 page-link-density:0.43325958 depth:14.0 depth-below-best:6.0 = 8 -37 3 22 23 -57 -104 22
  3 11 5 59 -10 -51 10 13 -11 -91 -88 -11 4 -30 -72 -23 -27 -28 52 14 55 -93 41 -89
  any-8:0.0 near-10:0.0 page-items:3.375 from-end:4.0 digits:0.015151516 = 52 -3 -9 0 -69 -75 -8 28 -14 30 64 -2 11 -60 -84 -1
  64 0 -10 0 107 -15 2 0 21 30 -21 0 15 7 -46 3
  characters:4.0 heading-words:0.0 good-before:7.625 good-after:6.125 in-only-main:0.0 = -8 9 -12 -10 -39 -7 4 -3 -28 0 -23 -74
  15 11 20 6 -12 19 -30 -27 -35 -42 -26 22 -42 -4 -1 -42 -56 69 -67 30
  next-words:4.625 great-mean-block:3.375 url-depth:3.0 great-paragraphs:4.5 page-link-density:0.2581075 = 72 20 -72 36 -25 -27
  -1 22 -55 15 -21 -43 41 5 10 27 15 29 -18 46 -6 -11 -63 41 12 10 -89 26 70 48 -37 21
  position:0.02075344 good-before:10.5 own-characters:5.875 grandparent-link-density:0.01903526 repeated-characters:7.5 = 3 30
  -118 -47 -4 8 30 110 11 -11 -56 14 2 -6 -25 41 0 8 -1 52 -2 -48 5 -27 0 -9 -1 51 4 21 8 40
  near-2:0.0 any-29:0.0 page-paragraphs:2.5 page-headings:6.25 grandparent-mean-block:4.25 = -3 -42 -58 0 -3 -64 62 0 111 25 0
  0 -71 38 -2 0 99 0 0 0 -6 -73 47 0 0 0 0 0 21 0 0 0
  near-29:0.0 page-is-article:0.0 h1-distance:3.25 page-characters:14.875 previous-link-density:0.23121387 = -23 -5 44 -4 20 -3
  -13 102 35 0 -79 1 -50 -14 -6 5 10 12 -1 39 28 57 -65 64 -40 7 -8 0 -10 -16 23 18
  page-items:0.0 good-after:4.375 definitions:0.0 page-blocks:7.625 any-0:0.0 = -10 19 53 -25 0 -190 4 -112 55 14 87 4 0 -12 0
  71 4 -13 2 8 0 3 0 26 -137 -41 41 -21 0 0 0 -2
  near-10:0.0 any-15:0.0 previous-link-density:0.0 page-blocks:8.5 list-depth:0.0 = 3 -83 -16 86 -19 19 5 -42 -19 -13 2 0 53
  -27 -60 0 68 -110 -49 41 -14 9 34 0 -13 -15 -91 0 2 -26 -27 0
  punctuation:0.14705883 parent-mean-block:4.375 previous-2-words:4.0 heading-distance:2.0 any-24:0.0 = 15 -29 36 -62 24 1 50
  41 0 27 -15 -128 -54 -47 30 -13 -48 1 -62 23 -47 -10 3 -67 -4 10 55 31 -16 -10 -43 -66
  near-29:0.0 page-is-article:0.0 tag:10.0 great-characters:10.25 words:5.0 = 10 34 -28 128 -41 0 18 0 8 -2 -12 2 37 0 -13 0 2
  7 -67 0 19 0 4 0 -18 -15 56 39 20 0 -228 0
  after-h1:-1.0 page-characters:15.5 h1-distance:5.75 own-mean-block:5.0 page-characters:13.0 = -39 -1 0 0 -36 15 0 0 39 79 0 0
  -8 -85 0 0 -12 -6 0 -4 -61 4 0 -62 9 -2 0 61 -43 -6 0 -108
  any-18:0.0 page-characters:11.25 great-paragraphs:1.0 own-characters:7.0 url-depth:3.0 = 9 121 61 47 -24 -42 9 -13 -1 0 -69
  -52 41 11 -54 27 -55 136 -5 -25 -1 37 -15 3 29 3 8 -52 76 20 -16 38
  from-end:2.25 index:2.0 in-only-main:-1.0 position:0.9135758 near-11:0.0 = 0 -33 -35 -35 103 -177 -19 4 0 0 176 35 0 0 -8 -32
  0 -2 0 53 0 -18 -2 -3 0 0 -23 4 0 0 -8 17
  previous-2-same-tag:0.0 page-is-forum:0.0 article-role:0.0 after-h1:-1.0 parent-characters:9.375 = -51 -40 -4 -15 47 32 0 16
  -18 31 2 -74 -33 -30 93 48 -20 -12 -7 0 -15 11 0 0 8 8 -37 -152 43 43 18 54
  page-characters:12.25 copyright:0.0 great-link-density:0.25 near-18:0.0 page-link-density:0.5405584 = 49 -11 46 -149 -61 31
  77 -17 -14 16 34 -42 73 -104 0 0 1 -37 0 0 33 -1 -9 1 30 16 0 0 5 1 0 0
  footer:0.0 page-link-density:0.70890695 separators:0.0 near-24:0.0 page-blocks:6.375 = -25 -41 39 0 -66 19 0 -1 54 -2 0 0 -1
  0 0 0 4 -98 58 17 -33 25 -16 -1 -39 -30 -62 18 -5 0 0 0
  best-share:0.9842903 best-share:0.95761335 tag:1.0 heading-distance:5.0 grandparent-characters:6.25 = 8 0 49 -82 -45 0 44 20
  -9 0 17 -7 -19 0 34 -19 -35 0 -64 -23 16 0 71 -43 30 0 -6 -50 -50 0 93 9
  form:0.0 parent-link-density:0.1051267 punctuation:0.5 repeated-link-density:0.07489712 page-paragraphs:5.25 = 26 -70 -34 21
  -69 -25 60 -5 -46 -57 -4 28 8 -3 8 5 -6 -31 -15 -7 -60 -1 6 -1 13 -17 39 -7 -10 -1 29 0
  near-30:0.0 great-link-density:0.0 depth:6.0 grandparent-paragraphs:2.25 boilerplate-words:0.0625 = 81 0 44 -23 -17 25 4 -86
  -54 0 -32 2 -94 0 35 -32 0 0 -40 -9 3 4 9 -45 6 0 -27 -1 27 0 -36 -4
  parent-mean-block:1.0 best-share:0.9842903 best-share:0.95761335 page-characters:12.0 tag:6.0 = -22 -20 0 0 0 -20 9 -60 -57 7
  0 0 16 56 -54 -16 7 65 0 0 0 -14 43 -10 -50 -10 0 0 -12 62 26 -9
  page-headings:3.625 great-paragraphs:6.25 article-role:0.0 own-link-density:0.14450867 parent-paragraphs:2.75 = -26 7 -27 26
  89 12 0 -17 -15 22 -25 -12 -24 -73 0 1 18 26 -150 44 21 85 0 -63 -57 -104 1 34 3 -190 0 -5
  great-mean-block:3.25 next-words:5.375 next-2-same-tag:0.0 run:1.0 index:4.25 = -14 -106 14 27 -26 2 3 26 59 42 0 20 -21 -103
  0 56 3 -43 1 60 8 6 -39 13 15 0 16 27 9 5 36 -21
  good-after:4.0 page-is-article:0.0 near-12:0.0 near-21:0.0 page-paragraphs:3.375 = -8 -5 78 -26 5 84 14 29 6 10 15 26 9 35 3
  -5 23 21 22 -20 5 27 -75 -108 -45 -105 17 22 8 27 -2 -21
  next-2-link-density:0.7877358 near-31:0.0 url-depth:5.0 parent-paragraphs:0.0 page-blocks:7.25 = 34 -15 -67 -12 -50 -63 42 21
  25 -5 27 25 13 31 -5 0 25 2 -2 5 -22 -71 0 -1 -9 -30 -106 -17 -1 -39 17 8
  great-mean-block:3.25 definitions:0.0 page-headings:3.625 page-link-density:0.37924433 near-17:0.0 = 17 -30 101 -226 9 9 -58
  5 12 -45 12 0 -37 -66 80 11 24 -24 4 0 21 6 5 -11 -77 55 17 0 44 -35 -2 -2
  best-share:0.13854203 h1-distance:7.5 best-share:0.8440496 links:0.0 words:5.25 = 99 7 -53 -51 0 -4 0 48 51 -59 -6 18 0 -51 0
  -3 25 17 -38 12 0 -35 0 27 25 23 0 12 0 38 0 -1
  copyright:0.0 next-words:2.0 word-length:3.0 index:2.0 good-before:10.5 = 0 0 4 0 20 0 -21 0 -10 0 -75 0 -18 -4 8 -154 69 0 2
  0 -53 0 -87 0 -10 0 -34 0 3 -11 51 -2
  page-items:0.0 after-h1:0.0 depth:8.0 near-12:0.0 own-characters:9.0 = 90 -72 2 10 20 -2 70 0 -10 3 -51 -88 -19 5 0 -1 37 0
  -23 -101 16 -14 2 20 0 1 0 9 0 2 0 6
  near-17:0.0 page-articles:4.375 best-share:0.5252058 great-mean-block:4.375 page-characters:12.375 = 3 76 12 34 -3 -6 -4 97
  -141 -103 0 0 20 27 0 0 -46 26 -1 47 7 -3 -97 23 -15 51 18 -15 -8 8 55 47
  any-8:0.0 page-paragraphs:4.25 depth:10.0 grandparent-characters:8.125 heading-distance:1.5 = 49 -27 -10 -6 -4 -19 -16 3 37
  -14 20 4 73 -74 -4 10 -2 -87 10 -3 17 -64 -7 -20 -51 -30 -4 -23 116 -48 -3 25
  any-8:0.0 hidden:0.0 best-share:0.43373725 grandparent-link-density:0.5291971 page-headings:5.0 = 27 -14 120 -72 -2 -33 36
  -12 -62 -22 -12 -6 -12 -65 -48 4 -35 -6 109 -27 -7 33 -14 -10 -78 0 -11 -15 64 -16 -2 -28
  aside:0.0 form:0.0 parent-link-density:0.14285715 best-share:0.26297653 own-link-density:0.7 = 69 7 -1 -4 -2 -1 -3 0 4 -103
  -94 -18 8 -17 31 -3 -3 0 0 0 -82 -21 0 0 -85 -1 -1 2 9 -4 23 7
  heading-words:0.0 page-is-article:0.0 word-length:4.4 page-link-density:0.0723264 heading-distance:4.0 = 48 31 35 -1 21 -70
  -48 -28 -50 -12 8 13 10 26 9 -38 50 5 43 -38 -61 51 31 -36 -23 -41 31 -13 39 -26 1 -50
  previous-2-same-tag:0.0 footer:0.0 page-is-forum:0.0 grandparent-characters:9.375 uppercase:0.071428575 = -33 15 -40 -57 52
  -15 -2 -4 22 17 0 -73 -26 -87 0 0 -5 33 82 -17 -5 -13 -2 -6 -26 -20 -40 -32 6 -7 0 -1
  any-3:0.0 page-characters:14.375 repeated-run:3.875 page-items:3.875 word-length:6.5 = 35 -89 66 -8 -5 9 6 33 -3 -15 -23 26
  25 -139 -9 35 -40 -46 -45 -2 -40 1 25 8 13 -28 -2 134 6 -20 10 -43
  previous-2-same-tag:0.0 page-is-forum:0.0 tag:1.0 heading-distance:2.75 any-24:0.0 = -68 -15 20 0 2 40 -58 -110 3 5 -13 -16
  -16 2 38 -30 -44 17 21 -41 -24 -67 9 21 -23 6 83 -2 12 -1 -4 1
  position:0.49451476 parent-link-density:0.0029325513 near-23:0.0 depth-below-best:3.0 any-1:0.0 = 28 24 18 -50 19 36 97 60 -6
  20 11 -24 -51 -77 -35 2 21 -24 -11 3 -11 2 -24 -6 -8 -71 -10 17 8 -2 -5 -3
  copyright:0.0 product:0.0 from-end:6.875 depth:11.0 great-characters:10.5 = -8 -40 21 0 -24 -1 -4 0 6 -17 -123 0 0 0 5 0 -15
  -124 -83 -11 19 0 14 0 87 -24 -35 0 -35 -1 13 0
  page-link-density:0.2581075 parent-paragraphs:2.75 list-depth:0.0 depth-below-best:-1.0 page-is-product:0.0 = -51 2 -21 36 57
  -8 23 -5 9 -6 31 -89 48 -10 -76 -24 -1 73 -2 4 2 -26 0 0 -33 -92 -93 -16 -22 7 -24 4
  url-depth:7.0 page-characters:15.0 page-characters:14.5 grandparent-link-density:0.008264462 characters:7.25 = 2 24 0 0 38
  -21 19 10 -11 -150 0 0 59 1 -41 10 -12 39 0 0 -41 -52 -72 23 13 18 0 0 42 -32 -9 16
  boilerplate-words:0.5 heading:0.0 punctuation:0.0 near-13:0.0 repeated-run:2.0 = -41 -29 45 -71 2 6 27 -4 16 -6 65 0 2 0 -129
  0 5 -16 19 0 10 -48 -26 -12 42 -1 -17 -14 -100 0 27 0
  grandparent-mean-block:1.0 page-items:8.25 index:3.0 good-after:11.5 depth-below-best:7.0 = -25 -28 0 -10 -52 15 -11 -23 72
  63 0 -4 -63 -1 -24 -26 11 -74 0 -2 -22 13 -8 -50 -4 -110 0 -5 -69 -52 65 41
  any-29:0.0 near-10:0.0 article-role:0.0 grandparent-characters:13.5 own-link-density:0.06711409 = -4 49 -68 -45 55 -27 53 -2
  2 2 -30 0 -94 0 0 0 -8 68 -49 0 -77 23 13 0 51 5 43 0 3 0 0 0
  page-is-article:0.0 great-characters:10.125 page-headings:2.75 own-mean-block:2.75 any-23:0.0 = -58 -17 -13 -36 29 -48 8 -3
  45 0 86 73 32 -48 -6 -7 -14 9 49 -23 -2 56 5 -16 -59 -27 9 76 14 -54 -22 30
  any-29:0.0 page-link-density:0.21620841 page-headings:3.125 page-is-article:0.0 depth:7.0 = 8 17 47 0 30 38 -32 12 47 -1 16
  -2 -40 25 49 -24 -95 -35 48 -11 5 76 -3 -3 47 23 -38 -26 -1 78 -34 -20
  digits:0.0 position:0.9135758 heading-distance:2.5 characters:8.125 best-share:0.6720191 = 29 46 14 62 -33 20 -37 93 -16 56
  -7 8 -32 -23 14 6 -3 -8 -43 -46 -2 22 -31 87 16 36 -68 11 -11 -71 -16 10
  """
