// Made by `extraction-training` in Benchmarks from 936 pages (160 trees); not written by hand.

let blockClassifierModel: StaticString = """
  bias 414
  pruned:0.0 parent-paragraphs:0.0 in-largest-article:-1.0 parent-paragraphs:1.0 best-share:0.86727756 = -179 -293 17 -245 -71
  -268 75 -219 0 0 115 -241 0 0 173 -106 -79 -273 -41 -219 64 -193 131 -63 0 0 136 -200 0 0 181 -1
  parent-paragraphs:0.0 parent-paragraphs:1.0 boilerplate-words:0.14285715 nav:0.0 page-paragraphs:1.5 = 58 134 0 181 -179 -77
  0 -35 -169 0 0 0 -113 0 0 0 -142 12 0 144 -217 -152 0 -53 -248 -209 0 -164 -243 -159 0 -89
  grandparent-link-density:0.21551724 characters:6.125 run:1.0 boilerplate-role:0.0 main:0.0 = -91 -208 68 -155 63 -203 153 1
  -208 -210 -234 -189 -157 -219 -231 -95 -32 -112 105 4 119 -47 163 111 -97 -181 30 -83 -63 -102 18 -12
  parent-paragraphs:0.0 in-only-main:-1.0 in-largest-article:-1.0 own-link-density:0.27586207 run:1.0 = -203 -201 -151 -21 -184
  -220 -52 92 -204 -134 -172 -156 -188 -157 -118 -103 -131 -121 -55 72 -139 -118 115 151 -205 -77 -188 -43 -196 -110 -103 79
  depth-below-best:-1.0 depth-below-best:4.0 uppercase:0.065789476 footer:0.0 position:0.71028066 = -156 153 0 76 -182 81 0 -30
  -99 -136 0 -192 -155 -115 0 -155 -220 116 0 20 -205 -10 0 -54 -215 -74 0 -165 -200 -41 0 -140
  parent-paragraphs:1.0 parent-link-density:0.1051267 footer:0.0 ends-sentence:0.0 table:0.0 = -45 29 -135 -74 -179 -168 -179
  -71 35 134 -70 87 -187 -217 -179 -97 71 50 39 52 -3 0 0 0 11 88 -6 18 0 0 0 0
  parent-paragraphs:1.0 in-only-main:-1.0 position:0.81589407 best-share:0.62042135 own-mean-block:2.25 = -172 -57 -129 -91
  -161 -16 -159 -99 -153 -91 -42 52 -155 -66 -145 -84 -158 -110 -65 102 -163 -64 -152 -79 -166 -91 74 127 -168 -178 -117 41
  pruned:0.0 words:3.875 tag:1.0 grandparent-characters:9.0 best-share:0.8845662 = -64 -157 10 -143 -15 -156 58 -135 -173 -161
  31 -153 58 -166 128 -95 4 -90 17 -26 69 -115 61 -54 -86 -118 135 -137 97 -70 122 -5
  depth-below-best:-1.0 depth-below-best:3.0 characters:4.25 position:0.6873706 after-h1:-1.0 = -161 -40 0 -146 -165 38 0 -110
  -49 0 0 -36 -82 23 0 -62 -135 79 0 -27 -92 127 0 76 -165 -42 0 -34 -176 91 0 4
  in-best:0.0 ends-sentence:0.0 footer:0.0 tag:1.0 grandparent-characters:15.0 = -146 -58 -158 70 -133 -141 -123 -115 -144 52
  -112 115 -148 -100 -152 -195 -4 0 -2 7 0 0 0 0 -31 66 -4 -110 0 0 0 0
  in-best:0.0 pruned:0.0 depth-below-best:6.0 boilerplate-words:0.2 great-paragraphs:7.125 = -115 106 -140 -118 0 30 0 -40 -153
  -42 -149 -126 0 -76 0 -114 -4 -87 -27 -17 0 0 0 0 -2 -3 -2 -2 0 0 0 0
  pruned:0.0 grandparent-link-density:0.112799086 tag:1.0 page-items:0.0 near-10:0.0 = 94 57 21 -68 126 47 110 -75 -12 -117 -49
  -119 86 -80 3 -123 -98 -36 0 -8 5 44 23 20 -89 -38 -19 -65 -106 -176 0 -121
  pruned:0.0 position:0.81589407 characters:6.125 footer:0.0 any-15:0.0 = 29 -107 -85 -117 104 -48 -3 -116 -80 -118 -84 -134
  -212 -127 -99 -134 -66 -53 -71 -93 -20 42 -64 -29 0 -14 0 -56 0 -8 0 -11
  pruned:0.0 ends-sentence:0.0 boilerplate-words:0.25 page-link-density:0.70890695 page-headings:5.875 = 4 -111 83 -89 -106
  -129 -98 -124 84 -73 94 33 -13 -39 -3 -10 28 -88 -8 -27 -49 -86 -27 -14 113 152 -3 -8 -1 12 0 -2
  words:4.5 after-h1:-1.0 position:0.7737722 run:1.0 footer:0.0 = -130 -137 -7 68 -60 -23 -91 -47 -132 18 77 109 -9 0 -37 42
  -19 0 -117 -100 0 0 -115 -111 -4 0 -84 -156 0 0 -130 -109
  in-only-main:-1.0 words:4.5 near-10:0.0 next-link-density:0.8333333 page-is-article:0.0 = -122 32 -136 82 3 -117 0 -60 -101
  -37 -83 51 0 -70 0 32 -103 -7 -48 85 -18 -136 -7 -220 -127 -101 -82 -45 -9 -7 -1 -29
  parent-paragraphs:1.5 after-h1:-1.0 page-items:0.0 near-10:0.0 good-after:14.375 = -74 -14 101 84 -127 -97 -9 76 0 0 44 -50
  -17 -2 -119 -126 0 0 97 77 -59 10 -81 -39 0 0 -18 -8 0 0 -68 -12
  in-best:0.0 depth-below-best:3.0 boilerplate-words:0.2 great-characters:15.125 great-link-density:0.025583398 = -81 95 0 30
  -109 22 0 -19 -7 -316 0 0 -14 -14 0 0 -111 86 0 10 -128 -56 0 -80 -24 70 0 0 -2 -2 0 0
  in-best:0.0 tag:1.0 page-items:0.0 heading-distance:4.75 position:0.51577365 = -35 37 106 108 -53 -10 -35 80 -34 43 -90 113
  -103 -15 -120 -61 -80 64 -18 92 -132 -66 -121 36 -10 62 -47 97 -94 47 -104 -6
  in-best:0.0 words:2.0 in-only-main:-1.0 position:0.51577365 run:1.0 = -113 15 -92 -33 -85 -50 -35 54 -110 -6 -97 -127 -118
  -20 -124 19 -106 -78 -76 -59 -98 22 30 102 -86 -28 -40 -158 -98 15 -122 61
  depth-below-best:-1.0 depth-below-best:1.0 in-largest-article:-1.0 near-17:0.0 heading-distance:3.25 = -107 -6 0 -83 -46 96 0
  21 -69 87 0 72 -32 98 0 48 -119 -99 0 -119 -105 89 0 30 -102 35 0 -26 -77 42 0 -5
  in-best:0.0 ends-sentence:0.0 position:0.6662397 from-end:6.0 best-share:0.9844961 = -60 31 73 107 -113 1 -105 12 -82 6 -48
  56 -98 1 -71 53 -28 -21 0 105 -14 -44 -2 -83 -23 -17 -2 -45 0 62 0 -61
  in-only-main:-1.0 parent-link-density:0.08 page-blocks:7.25 own-mean-block:4.75 list:0.0 = -80 6 -94 -46 -79 3 -105 -33 -60
  104 -48 25 -55 14 -28 44 29 115 -104 -35 -89 48 -74 6 0 107 0 47 -77 -75 32 -82
  after-h1:-1.0 position:0.85324347 footer:0.0 characters:4.125 page-items:0.0 = -39 17 0 -15 -9 -3 0 -13 -23 102 0 15 0 -1 0
  -41 -107 -29 -18 -80 -1 -64 0 -92 -92 32 -10 -65 -9 -162 0 -108
  after-h1:-1.0 any-2:0.0 near-10:0.0 words:4.75 great-paragraphs:7.125 = -97 5 -92 -72 -15 -101 0 -2 -45 61 -24 -63 0 -93 0 24
  -1 -86 0 -5 -1 -1 0 0 0 -178 0 0 0 -1 0 0
  in-best:0.0 depth-below-best:1.0 heading-words:0.2 any-21:0.0 page-paragraphs:2.5 = -16 110 0 39 -38 23 0 -163 -5 11 0 116 3
  0 0 21 -80 66 0 18 -115 66 0 -43 43 5 0 -38 46 -3 0 -154
  depth-below-best:-1.0 depth-below-best:3.0 page-is-list:0.0 in-largest-article:-1.0 link-density:0.09920635 = -89 66 0 -40
  -13 53 0 -22 -32 71 0 19 1 -205 0 -90 -94 -76 0 -46 16 51 0 -34 -77 6 0 7 111 -34 0 8
  position:0.81589407 near-0:0.0 boilerplate-words:0.14285715 page-paragraphs:2.5 ends-sentence:0.0 = 79 67 -59 -24 -37 -69 -27
  -14 -8 -67 -87 -82 -50 -80 -91 -62 99 -84 -12 -6 -50 -60 -2 0 39 -41 -82 -34 -32 -86 -29 -19
  position:0.85324347 ends-sentence:0.0 heading-words:0.25 page-characters:15.125 parent-characters:10.375 = -11 -47 27 -79 -71
  -94 -82 -83 -11 -18 -68 -16 8 -2 -4 -4 -34 -55 96 5 -44 -32 -2 19 5 25 -156 -62 -8 0 -53 -1
  depth-below-best:-1.0 depth-below-best:1.0 repeated-characters:3.75 own-characters:7.5 h1-distance:5.875 = -77 48 0 -46 -32
  37 0 39 5 98 0 36 -53 113 0 23 -106 46 0 -4 -52 6 0 39 -84 25 0 -33 3 -34 0 -58
  depth-below-best:-1.0 page-items:0.0 boilerplate-words:0.25 any-29:0.0 uppercase:0.025641026 = 62 99 -36 34 -1 3 -48 -36 19
  16 -58 68 0 0 -2 -8 -28 58 -65 -5 -36 -17 -102 -84 29 31 143 62 1 0 13 11
  in-best:0.0 tag:1.0 depth-below-best:6.0 page-paragraphs:2.5 pruned:0.0 = -2 80 -21 94 0 -3 0 76 -91 -73 -49 44 0 -14 0 -42
  -14 -72 2 -62 0 -1 0 21 -70 -73 -54 -77 0 -9 0 -16
  depth-below-best:-1.0 footer:0.0 words:2.0 any-21:0.0 page-headings:3.125 = -104 -70 -60 -54 -18 48 12 -101 -36 72 0 0 25 123
  0 0 -88 6 -88 -8 -27 26 -85 -149 130 -48 -8 -1 8 -60 -20 0
  depth-below-best:-1.0 run:1.0 great-characters:15.125 in-largest-article:0.0 url-depth:4.0 = -60 16 -75 30 -8 34 -1 78 -11 -1
  63 95 -2 -35 0 -281 -45 -39 -3 -2 0 -30 0 -151 -50 -4 -45 58 0 0 0 0
  pruned:0.0 position:0.600939 repeated-characters:3.0 index:7.25 words:4.75 = -2 -66 -41 -105 48 -42 -39 -36 -65 -10 -34 -82
  34 76 34 2 65 -31 9 -71 50 -45 -8 -19 -13 -18 19 -76 -35 18 -58 67
  footer:0.0 characters:4.0 page-link-density:0.70890695 boilerplate-role:0.0 great-paragraphs:7.125 = -40 -88 17 -112 38 -23
  83 -27 -82 -50 -78 -116 55 111 -6 17 -41 0 -135 0 0 0 0 0 -3 0 -6 0 0 0 0 0
  boilerplate-words:0.2 page-items:0.0 great-characters:11.25 page-paragraphs:7.125 great-link-density:0.030023094 = 103 29 9
  -43 66 14 44 -13 0 0 20 3 0 0 -206 -10 48 -50 -23 -69 8 -39 30 -63 0 0 0 1 44 1 86 1
  in-largest-article:-1.0 near-17:0.0 heading-words:0.2 parent-link-density:0.010239472 page-headings:5.0 = -33 51 -23 24 -9 29
  -38 -89 -111 -11 9 8 -90 -52 -55 -41 -64 -5 63 42 -97 -41 11 -151 -44 -13 98 85 -22 -45 17 27
  after-h1:-1.0 run:1.0 any-3:0.0 near-2:0.0 near-4:0.0 = -72 5 -68 38 -89 -57 -70 38 -24 -81 -8 -95 -9 -33 -1 16 11 -6 -11
  -164 -6 -30 -7 -9 -1 -10 0 -3 0 -16 0 -1
  depth-below-best:-1.0 tag:10.0 great-paragraphs:3.0 words:4.25 index:5.0 = -38 -9 0 7 -67 -50 0 3 71 90 0 17 11 107 0 3 -37
  15 -8 51 -67 6 69 -18 -65 -41 0 35 34 39 -8 -333
  position:0.9002199 any-0:0.0 tag:10.0 great-link-density:0.044822082 page-characters:12.875 = 70 -42 -4 20 -102 0 -121 -20 -9
  -82 -31 7 51 64 39 0 0 -65 -45 -14 -185 -10 8 0 20 -56 -46 -27 13 51 29 6
  in-largest-article:-1.0 list:0.0 characters:6.375 page-characters:12.0 best-share:0.57412595 = -29 -18 -8 73 67 78 24 2 -70
  -26 -45 -36 -130 33 -54 35 65 -41 -25 -8 69 78 -15 63 -52 -12 -45 81 23 7 -165 2
  form:0.0 repeated-characters:3.375 grandparent-characters:15.0 great-link-density:0.067910984 page-link-density:0.43325958 =
  2 -93 32 -129 0 0 -196 0 -47 -24 1 -69 37 0 61 0 -85 -31 -15 29 0 0 0 0 15 -19 15 -27 0 0 0 0
  boilerplate-role:0.0 header:0.0 page-is-article:0.0 great-characters:10.125 own-mean-block:4.25 = 25 -7 -44 -19 -32 -76 -62
  -53 10 -24 -18 14 -19 -62 -13 20 16 -23 -147 -8 -94 -110 -18 -25 11 -108 6 -1 51 -97 -2 31
  footer:0.0 near-10:0.0 in-largest-article:-1.0 h1-distance:4.375 characters:6.625 = -11 -24 -24 0 -13 -73 6 0 -26 -81 -60 -9
  20 -36 -155 -1 7 -35 17 0 78 -49 41 0 -35 -78 -38 0 12 -130 -213 0
  after-h1:-1.0 footer:0.0 page-link-density:0.70890695 position:0.5562816 hidden:0.0 = -62 22 -3 -101 -17 73 -5 -4 15 -24 0
  -98 -16 81 0 57 -100 38 -5 -32 -1 1 0 0 -37 85 0 -54 -63 94 0 -4
  near-30:0.0 after-h1:-1.0 near-10:0.0 any-26:0.0 near-24:0.0 = -82 -5 17 -145 -2 -1 -90 -11 75 -2 -9 -18 0 0 71 0 -48 -3 -91
  3 0 0 -72 -1 -8 0 60 -4 0 0 0 0
  page-items:0.0 heading-distance:2.5 near-17:0.0 depth:8.0 parent-paragraphs:3.375 = 62 -34 46 -80 -16 35 52 18 54 -26 56 5 0
  24 54 -51 -63 66 37 -76 16 37 46 -14 7 -3 6 4 15 92 -3 64
  any-29:0.0 depth-below-best:-1.0 page-link-density:0.26426446 near-21:0.0 page-link-density:0.70890695 = -55 234 12 85 -8 11
  -22 -41 86 -50 -87 12 23 8 -12 -51 0 0 0 0 -55 1 83 -11 0 0 0 0 18 0 26 -6
  page-is-article:0.0 great-characters:10.25 near-29:0.0 great-link-density:0.008702747 repeated-characters:7.0 = 45 -16 46 45
  0 33 0 1 2 -63 16 -5 62 182 7 23 23 -102 35 -138 2 9 1 2 3 -59 -4 75 -43 9 -28 49
  heading-words:0.5 position:0.6873706 footer:0.0 near-0:0.0 list:0.0 = 18 -62 -33 -44 -118 -15 -79 -1 -44 -10 -103 -3 -3 0 24
  -6 49 -154 33 -51 -78 -6 -37 -9 -49 -25 -44 -7 -20 -1 -29 -5
  near-2:0.0 any-5:0.0 page-paragraphs:2.5 page-blocks:8.75 in-only-main:-1.0 = -94 -53 -28 0 -47 -28 -17 -3 193 38 0 0 -45 -22
  0 0 40 -32 7 -3 3 -95 -61 -10 110 0 -3 0 4 -31 -220 -14
  any-5:0.0 list:0.0 page-articles:4.375 parent-paragraphs:4.25 words:2.0 = -36 -44 3 -49 -60 -25 -12 0 37 3 -1 0 -1 0 0 0 -16
  -62 45 -186 79 4 -158 0 35 30 -10 0 -51 0 0 0
  page-paragraphs:2.5 page-headings:4.625 own-link-density:0.0 words:6.125 great-link-density:0.058487874 = 41 34 -9 0 27 -90 0
  -74 83 -82 0 -84 5 3 0 -41 -7 8 70 -27 -22 -45 140 3 9 62 0 -21 3 74 0 49
  form:0.0 next-2-same-tag:0.0 run:1.0 page-items:7.125 in-largest-article:0.0 = -45 -74 -9 -79 11 -34 13 -61 2 -50 77 -49 -13
  -31 -41 -49 -45 -14 -2 -15 77 0 35 -45 -24 8 -5 -4 52 -2 59 -8
  after-h1:-1.0 near-10:0.0 from-end:5.0 page-items:3.375 page-is-article:0.0 = 3 44 0 -102 -70 37 0 41 9 -49 0 15 -60 25 -4
  -61 0 -78 0 13 -22 -17 0 10 -2 -51 0 13 -56 4 -4 -158
  great-characters:15.125 page-items:2.0 repeated-run:0.0 words:5.0 starts-upper:0.0 = 48 2 6 -1 2 -6 16 -2 37 0 -170 0 28 7
  -75 0 -4 -2 -51 -52 16 10 13 -94 120 29 38 -5 47 27 0 -186
  any-8:0.0 near-10:0.0 article-role:0.0 page-headings:5.875 good-after:12.875 = 10 -62 -131 8 61 -38 89 0 22 23 5 0 -193 -2 24
  0 -24 -84 -39 6 13 -28 43 0 136 -30 0 0 0 0 0 0
  near-17:0.0 run:4.5 any-21:0.0 page-paragraphs:3.875 page-headings:5.0 = -20 -6 14 0 108 37 51 0 -18 20 54 -110 -18 -110 -2 0
  -11 131 43 0 9 99 0 0 -48 34 20 -76 -35 -30 0 0
  heading-words:0.0 near-10:0.0 near-17:0.0 heading-distance:2.0 page-paragraphs:4.375 = 11 -22 -27 -3 52 -13 -24 -1 -20 43 -69
  -13 -17 -15 132 -11 -22 -70 11 7 46 12 -34 3 8 -51 -7 -47 9 0 -7 -202
  any-8:0.0 near-30:0.0 any-29:0.0 page-paragraphs:2.5 any-15:0.0 = 37 -86 8 1 -56 -20 0 0 3 -58 -103 -10 80 66 -1 0 36 -60 -1
  -1 0 -2 0 0 -64 -8 -2 10 37 -12 0 -4
  near-30:0.0 form:0.0 near-8:0.0 url-depth:5.0 page-paragraphs:7.125 = 12 -96 -74 0 -91 -2 -22 0 -41 -70 -38 0 -43 0 -3 0 -58
  0 -53 0 14 0 0 0 62 0 0 0 0 0 0 0
  position:0.51577365 page-blocks:7.25 ends-sentence:0.0 characters:7.875 best-share:0.94488823 = 20 -31 -4 -6 88 -50 8 6 5 -64
  -132 -92 118 55 19 1 -12 -58 30 34 51 -46 -52 -10 -171 -1 10 -36 80 22 -105 -130
  footer:0.0 near-31:0.0 characters:6.625 page-blocks:7.25 previous-2-words:5.125 = -4 -86 51 77 44 -62 7 10 7 -37 -54 -13 -5
  -95 -203 -12 -82 -8 -15 0 94 -2 8 -1 -50 -12 -24 0 28 -74 -59 -3
  near-31:0.0 page-blocks:7.375 own-link-density:0.14583333 parent-characters:14.0 parent-characters:9.625 = 5 58 3 -113 -30 19
  8 -22 0 0 0 0 0 0 0 0 60 -8 8 -205 -112 0 -82 -15 -159 0 47 21 14 0 21 1
  best-share:0.13854203 footer:0.0 run:1.0 url-depth:2.0 page-items:8.0 = 0 57 0 -9 0 -152 0 -18 34 -17 -3 -73 130 30 -3 -102 0
  -65 0 45 0 -36 0 -1 53 15 0 34 -11 -40 -1 -34
  product:0.0 any-8:0.0 in-only-main:0.0 grandparent-characters:7.875 page-is-article:0.0 = 40 -10 -72 -1 25 -29 -70 7 -5 33
  -41 0 24 -155 10 10 -40 0 -58 0 -27 -40 -56 0 -34 0 -31 0 32 -57 20 0
  near-31:0.0 url-depth:5.0 near-15:0.0 any-5:0.0 depth-below-best:5.0 = 7 -169 -29 9 4 47 -18 0 -21 3 -12 0 0 0 -2 0 14 -98
  -80 78 -110 -19 -12 0 -176 0 -12 0 -12 0 0 0
  best-share:0.9844961 great-paragraphs:5.0 page-characters:12.25 page-headings:2.5 great-characters:9.0 = -61 -92 0 0 36 -35 0
  0 72 -43 0 0 -17 22 0 0 -4 39 0 0 -23 29 134 37 23 -87 0 0 -12 -23 33 -141
  after-h1:-1.0 list:0.0 page-articles:3.625 page-blocks:7.625 page-paragraphs:6.375 = -81 -18 -72 45 -10 50 -15 42 -62 10 -8
  19 16 16 -5 -77 2 -199 -1 19 -2 37 0 2 -18 0 11 59 1 -65 3 -97
  next-2-same-tag:0.0 boilerplate-words:0.25 good-before:10.0 good-after:9.375 great-link-density:0.018632226 = -28 8 -30 19 21
  47 -11 -13 -8 19 -4 10 69 -44 -13 -38 -8 25 -50 -50 10 14 -22 -61 -88 -58 -52 -48 8 47 -41 -40
  good-after:0.0 tag:10.0 page-paragraphs:6.75 own-link-density:0.0 heading-level:0.0 = 49 6 -208 -74 -37 5 45 36 -18 -23 18 -7
  -5 29 8 0 69 -57 0 0 16 11 0 0 21 40 0 0 9 -32 0 0
  next-2-same-tag:0.0 near-0:0.0 boilerplate-role:0.0 uppercase:0.032258064 depth:5.0 = 68 30 -59 -3 -5 -6 -4 1 -65 -41 -6 -30
  -40 -34 -2 -12 3 26 -10 -69 -102 -44 -11 -14 -19 23 5 -63 -52 1 -6 13
  boilerplate-words:0.2 near-30:0.0 any-5:0.0 great-paragraphs:5.0 page-characters:14.0 = 7 -46 -87 -42 -29 -24 -2 0 61 2 -24
  -1 -13 0 0 0 -3 -59 -3 0 14 -2 -2 0 -7 -21 -6 0 -141 -4 0 0
  footer:0.0 near-31:0.0 tag:1.0 any-15:0.0 grandparent-characters:11.0 = -8 -51 37 14 13 -57 -134 2 -1 -7 -15 0 -30 -13 34 0
  -102 -52 0 -2 24 -92 -100 0 -37 0 0 0 -113 0 0 0
  after-h1:-1.0 near-12:0.0 hidden:0.0 good-before:9.875 position:0.27147445 = -42 30 -4 -39 -63 -21 -1 0 -43 22 -24 -46 -29
  -76 -7 -5 -40 -14 -3 -73 -88 98 0 18 -31 33 82 42 -56 -10 -1 -2
  heading-words:0.25 near-23:0.0 page-is-product:0.0 page-blocks:8.125 page-characters:13.0 = 5 -27 31 -27 35 7 -43 -18 68 -14
  72 -62 -51 2 -1 -11 -21 -47 99 -104 51 22 35 8 7 -31 46 10 -89 -46 -127 -11
  any-29:0.0 page-paragraphs:2.5 page-link-density:0.2581075 near-23:0.0 great-paragraphs:5.0 = 75 -58 -9 120 14 -24 -19 -22
  -111 -1 -42 150 39 0 0 -35 0 0 -3 -18 0 0 16 3 0 0 40 35 0 0 148 -26
  best-share:0.9844961 page-is-article:0.0 any-10:0.0 any-24:0.0 page-headings:4.375 = 23 -45 -9 -101 3 -136 -76 52 23 -22 -14
  -20 -13 0 -3 0 12 36 20 -102 34 -9 -109 -1 -51 -8 -125 -3 69 0 -6 0
  heading-words:0.25 next-2-same-tag:0.0 heading-level:0.0 list:0.0 uppercase:0.025641026 = 3 -45 18 7 2 -5 0 -6 17 -43 30 -25
  -28 -1 -7 -1 -58 -74 7 -66 19 54 32 -16 33 -21 26 -39 13 1 15 -4
  in-largest-article:-1.0 from-end:4.625 list-depth:0.0 best-share:0.45673046 h1-distance:3.5 = -2 -32 -7 44 -3 4 27 95 -68 11
  19 -8 -7 -6 -44 57 -52 9 -77 -9 -27 68 -26 -72 -96 -56 14 15 -10 28 -77 40
  any-8:0.0 great-mean-block:4.0 article-role:0.0 any-10:0.0 depth-below-best:6.0 = 15 -44 -9 28 -31 -64 41 34 4 -15 -131 -6 36
  0 89 0 9 -108 -60 -86 13 -36 -66 10 -50 39 11 26 27 0 87 0
  footer:0.0 form:0.0 best-share:0.13854203 best-share:0.45673046 grandparent-mean-block:3.375 = 14 -2 70 -2 -19 -49 3 -7 0 0 0
  0 20 -26 -112 -18 91 0 2 0 -47 -56 -59 -3 0 0 0 0 -2 -79 -14 -28
  boilerplate-words:0.083333336 page-paragraphs:2.0 links:0.0 grandparent-link-density:0.61198735 page-headings:4.75 = -24 -137
  13 13 31 -16 -5 -84 29 -43 -53 -65 -35 -10 -24 -57 51 -52 -16 -25 13 -1 -17 -93 100 10 19 4 -2 3 19 -23
  page-is-article:0.0 page-items:5.625 great-link-density:0.008702747 characters:6.875 main:0.0 = 52 -12 77 -13 -30 -60 -19 -35
  108 -105 -46 -110 37 -19 6 35 51 -31 -33 -2 15 -39 23 -7 91 66 -61 33 8 4 -21 30
  any-29:0.0 page-link-density:0.2581075 definitions:0.0 page-headings:3.5 punctuation:0.14705883 = 6 47 -10 19 38 11 -41 0 13
  126 -11 -23 -152 0 80 0 -84 20 37 12 5 0 83 0 4 92 -28 -49 -98 0 35 0
  boilerplate-role:0.0 best-share:0.85103 position:0.5562816 hidden:0.0 in-best:0.0 = 33 -47 -33 4 -63 -56 -65 76 55 -39 -10 0
  132 -66 -15 0 22 -68 0 2 -11 -95 3 13 -19 -40 -10 -33 41 0 3 37
  heading-words:0.5 any-1:0.0 uppercase:0.025641026 repeated-run:2.25 grandparent-characters:11.0 = 25 -53 -71 -9 -10 -80 -27
  -24 -10 -43 -106 -4 43 -64 -8 11 73 3 24 -12 -24 -36 -4 11 -12 24 -4 4 -29 -8 35 4
  any-29:0.0 heading-distance:2.0 tag:3.0 depth:15.0 words:3.875 = -84 -16 -1 32 17 4 -11 131 -11 -3 23 102 -7 2 15 7 0 -23 -68
  -22 36 17 -28 39 34 21 39 6 12 4 29 9
  characters:4.0 h1-distance:5.75 page-paragraphs:1.5 page-link-density:0.0723264 page-link-density:0.43325958 = 78 79 0 0 -79
  -36 34 -19 -97 86 -30 3 -32 14 -29 0 0 0 0 0 0 0 0 0 -60 -32 108 42 -27 38 -32 -60
  near-30:0.0 footer:0.0 near-4:0.0 good-before:7.0 good-after:4.375 = 33 -93 -73 0 -69 0 0 0 -15 3 -41 0 27 0 0 0 -15 -41 -69
  -12 -144 -4 -1 0 9 -72 -34 3 38 -4 7 0
  next-link-density:0.8333333 near-10:0.0 great-paragraphs:2.5 near-20:0.0 in-only-main:-1.0 = -27 -35 15 0 -130 -16 -1 0 -36
  65 0 0 136 30 0 0 12 -12 -105 109 13 -71 -18 -31 -54 24 -9 -5 39 -52 -34 -4
  after-h1:-1.0 near-12:0.0 page-is-article:0.0 great-characters:10.125 tag:10.0 = -62 22 26 -13 -39 -20 -13 -81 -11 -9 26 37
  -30 24 -4 -89 0 18 0 0 0 31 0 0 0 10 0 0 0 -182 0 0
  page-headings:3.625 page-characters:14.25 tag:3.0 main:0.0 in-largest-article:-1.0 = -17 -43 0 -5 -56 -37 -1 -13 -53 -25 47
  28 5 20 8 -17 18 -13 -45 60 -13 22 -20 -38 -10 -15 68 26 -11 16 -334 43
  near-9:0.0 previous-2-same-tag:0.0 any-15:0.0 article:0.0 any-19:0.0 = -20 -63 26 -108 1 15 -33 -11 -11 0 20 31 16 -9 5 0 -4
  -63 -5 -75 -122 -4 37 57 28 53 26 14 -27 -1 -124 0
  heading-words:0.0 page-characters:12.625 page-headings:2.25 parent-link-density:0.06725119 own-link-density:0.06761566 = 48
  -83 55 -151 16 46 3 -35 -49 18 78 23 40 17 -30 -61 -37 4 24 -12 -100 -68 -77 -50 -65 -17 89 73 2 5 10 -28
  next-words:5.125 list:0.0 any-0:0.0 repeated-run:2.5 page-link-density:0.53376365 = -24 47 53 57 16 62 -37 -20 -8 52 -2 -24
  -28 -77 14 -39 7 5 1 -2 -27 5 -83 -72 80 5 22 -5 53 0 -21 -1
  figure:0.0 words:2.0 depth:6.0 url-depth:3.0 parent-characters:13.5 = -82 -1 3 0 43 5 29 -130 -37 -10 17 48 -24 41 1 -112 5 0
  -183 0 7 0 -54 0 -11 0 10 0 21 0 82 0
  product:0.0 good-after:9.375 definitions:0.0 link-density:0.25641027 page-headings:4.75 = 31 -94 -33 11 -112 0 85 0 -31 -19
  -33 16 28 0 53 0 -8 -75 -46 0 -49 0 -1 0 0 -16 48 0 -6 0 0 0
  previous-2-same-tag:0.0 own-mean-block:6.125 parent-link-density:0.010239472 any-23:0.0 best-share:0.7525561 = 3 60 16 25 -28
  -62 27 27 32 29 -91 71 22 43 -20 43 -5 29 -118 -7 -13 7 -17 38 -55 -19 -112 -10 -7 17 -23 24
  from-end:5.0 great-characters:4.25 best-share:0.9844961 near-22:0.0 depth-below-best:12.0 = 3 -24 -31 10 101 -12 -36 -19 -11
  -35 11 1 4 31 -166 -43 -1 -6 51 54 -4 -30 16 -4 -1 -9 0 -9 -2 -10 -66 80
  page-items:2.0 good-after:3.25 page-paragraphs:6.5 url-depth:3.0 characters:7.5 = -12 49 -41 27 0 -49 6 -70 -31 19 53 -19 53
  1 82 6 -82 6 21 -76 0 -15 6 0 46 46 48 2 53 -89 31 -17
  best-share:0.9842903 page-is-article:0.0 page-characters:12.125 any-21:0.0 depth-below-best:4.0 = 40 -14 17 16 -4 -27 -1 -83
  38 -4 62 0 51 17 -18 0 75 -69 -80 -12 33 28 -23 -80 30 63 40 0 -74 13 -47 0
  any-29:0.0 from-end:5.125 index:2.0 any-5:0.0 url-depth:2.0 = -30 0 4 5 -109 0 34 -5 0 0 0 0 -3 0 -2 0 66 0 -134 9 -22 101 6
  34 0 0 -1 0 20 8 -84 -7
  near-4:0.0 page-is-list:0.0 page-headings:5.25 figure:0.0 any-17:0.0 = -22 75 6 0 24 -29 -2 0 -13 0 0 0 36 0 0 0 7 -95 -6 97
  33 -20 -111 -6 -115 -18 -4 0 5 3 44 0
  form:0.0 best-share:0.45673046 near-2:0.0 great-mean-block:3.25 own-link-density:0.14583333 = 22 12 16 -118 33 -1 -80 10 -36
  -37 6 -61 14 0 -37 -24 -39 33 25 -6 -19 -1 -46 -4 -68 0 -51 8 -6 0 -16 -5
  word-length:4.0 footer:0.0 great-mean-block:1.5 page-headings:2.75 parent-characters:5.25 = 44 -35 -2 24 -39 -43 0 -7 -12 29
  1 8 -15 11 14 7 -18 -81 -2 56 -39 51 -1 -55 9 -30 -11 -36 -41 6 -16 -85
  page-items:0.0 index:3.0 best-share:0.9842903 page-characters:12.25 best-share:0.9569906 = 47 -7 -63 23 0 0 0 0 -2 -47 59 -13
  0 0 0 0 -22 7 9 81 78 -164 19 -38 -9 19 30 59 -47 -26 -8 -10
  form:0.0 repeated-run:5.75 repeated-run:5.125 best-share:0.19025868 own-link-density:0.8666667 = 81 14 0 0 -22 0 -35 0 -3 -91
  0 0 -119 -11 114 -58 -48 0 0 0 -23 0 0 0 0 25 0 0 -21 0 -2 0
  boilerplate-words:0.25 near-9:0.0 figure:0.0 previous-words:1.0 page-characters:11.625 = 53 -43 -46 -2 -24 0 0 0 22 -66 -36 7
  28 0 0 0 -7 -38 -96 -23 70 1 -2 0 6 -33 -22 2 -115 3 11 0
  aside:0.0 depth:11.0 any-0:0.0 page-paragraphs:3.875 section:0.0 = -19 1 75 -21 -89 -25 -7 -6 0 -84 1 -58 -39 -5 14 -18 59 -4
  27 16 -65 8 -2 -23 -9 -6 -7 -32 8 -4 69 22
  any-8:0.0 near-9:0.0 near-17:0.0 next-words:3.0 page-headings:5.25 = 5 -63 -32 -38 -12 -88 -101 15 -24 16 6 -21 34 -39 -18 65
  -17 0 -25 -22 42 8 12 -3 -3 -9 -9 -35 60 25 1 -2
  copyright:0.0 good-after:10.375 near-4:0.0 page-items:0.0 page-items:8.625 = 18 1 60 -1 0 0 0 0 4 -198 -39 71 -91 0 0 0 0 0 0
  0 0 0 0 0 -4 -1 56 0 38 0 80 0
  near-31:0.0 any-20:0.0 page-link-density:0.47211123 depth-below-best:9.0 page-blocks:8.125 = -13 42 15 -114 58 0 -14 -3 -114
  -2 23 16 22 0 -82 -13 -20 -5 -4 -128 -77 -7 -17 17 3 -2 -38 -6 115 28 4 -4
  heading-words:0.0 own-characters:6.0 page-items:8.125 url-depth:3.0 any-20:0.0 = -23 14 -46 -63 -6 -3 -55 -31 0 4 24 4 23 21
  -6 -21 60 32 51 25 0 48 -120 -24 -14 -23 25 -61 17 36 -10 0
  heading-words:0.0 own-mean-block:3.125 index:5.0 good-before:10.25 definitions:0.0 = -61 35 55 -18 9 18 -1 -51 -18 -5 16 15
  13 -16 45 10 -45 0 5 0 31 -44 -157 14 10 0 3 1 86 0 45 0
  next-words:2.0 parent-characters:5.75 great-mean-block:3.5 depth:11.0 page-paragraphs:4.5 = 38 -46 -17 -18 -101 -54 -21 -26
  13 22 -9 51 -25 25 -16 48 29 -15 -23 67 -17 5 -48 -8 1 -17 -63 9 11 16 -36 30
  any-8:0.0 grandparent-mean-block:4.0 definitions:0.0 page-items:5.875 article-role:0.0 = 5 -22 20 -6 85 -2 -201 0 15 -65 -40
  10 -63 0 12 0 -11 3 33 19 49 0 0 0 -23 -73 61 39 -1 0 0 0
  url-depth:5.0 characters:8.5 starts-upper:0.0 page-items:5.875 page-headings:5.375 = 35 7 -200 22 13 -89 77 32 -16 -9 -31 0
  -7 -20 -60 -1 -39 29 6 25 -15 10 -67 -20 11 -44 -55 0 26 34 5 19
  near-29:0.0 page-is-article:0.0 h1-distance:2.75 page-characters:14.875 grandparent-paragraphs:2.0 = 0 18 32 19 21 40 -47 120
  -8 4 -41 1 -40 1 23 20 -36 1 35 -4 9 3 2 37 15 0 -64 0 -32 -23 -22 4
  page-items:0.0 from-end:4.0 page-blocks:7.0 near-31:0.0 repeated-characters:6.625 = 71 -57 -67 -5 7 -50 66 2 0 26 0 118 0 -8
  0 -110 44 -100 14 40 43 46 16 -7 0 20 0 10 0 -3 0 -73
  position:0.5562816 page-blocks:6.5 own-mean-block:4.75 punctuation:0.2 repeated-run:2.0 = -8 -35 -19 -11 92 -7 56 5 2 -32 11
  3 36 -39 -141 -67 13 -84 14 15 76 18 -10 -18 22 -52 34 8 -9 -12 -27 -74
  near-29:0.0 in-best:0.0 page-is-list:0.0 grandparent-link-density:0.031660493 link-density:0.09920635 = 13 46 3 13 14 0 -114
  1 -49 6 16 -33 36 0 -42 2 22 0 -118 1 0 0 -4 0 -21 134 -5 13 109 39 -13 -6
  near-29:0.0 page-is-article:0.0 near-12:0.0 any-20:0.0 page-link-density:0.24182202 = -1 60 -27 33 10 0 -90 0 14 9 8 118 -21
  3 -69 3 35 -20 -75 0 53 0 -2 0 -16 -14 1 -13 54 -2 -85 0
  run:1.0 repeated-link-density:0.015918959 page-characters:12.875 great-link-density:0.050439067 page-headings:3.625 = 0 76
  -12 22 -61 -64 -50 -38 -24 32 -9 -87 -9 67 20 45 -6 65 18 -14 7 20 -9 -82 32 61 10 -41 -46 39 -3 39
  any-15:0.0 depth-below-best:4.0 digits:0.006134969 page-characters:11.625 any-22:0.0 = 0 55 -71 -14 22 -1 53 -1 6 -2 -13 -57
  25 41 -47 -54 79 29 -10 -16 69 6 2 31 -20 1 17 -46 39 -44 -7 -94
  grandparent-mean-block:3.25 definitions:0.0 own-link-density:0.7037037 parent-characters:10.0 url-depth:3.0 = 69 -27 -44 -121
  24 -14 -1 0 -156 -12 0 0 25 -61 0 0 -3 -8 61 -41 7 -55 40 10 -12 27 1 -164 -21 -136 20 0
  previous-2-same-tag:0.0 page-is-forum:0.0 article-role:0.0 after-h1:-1.0 parent-characters:9.375 = -53 -41 -5 -16 46 32 0 21
  -18 31 -8 -79 -29 -33 95 49 -25 -18 -7 0 -15 6 0 0 10 6 -39 -167 37 44 6 56
  page-is-article:0.0 near-21:0.0 page-link-density:0.3855539 near-26:0.0 grandparent-paragraphs:2.25 = 25 -8 -140 -3 13 -32 37
  41 38 -69 5 56 -40 33 63 -13 10 3 -30 -6 -113 -22 4 0 0 -31 37 27 41 72 3 0
  form:0.0 near-24:0.0 page-blocks:7.625 page-blocks:7.5 uppercase:0.04524887 = 17 -39 2 -7 0 0 0 0 -114 -12 -13 11 8 -43 -72
  -30 -23 -51 -26 0 0 0 0 0 -20 7 79 -5 23 -91 -52 17
  tag:1.0 heading-distance:4.25 in-largest-article:-1.0 page-items:7.25 grandparent-mean-block:4.375 = -18 21 -94 2 -60 -5 23
  -17 11 -68 -36 -45 8 24 73 -9 -65 -23 -15 -18 -47 34 -7 -15 14 68 4 -11 5 28 -11 -45
  form:0.0 any-24:0.0 depth:10.0 page-articles:4.0 grandparent-characters:11.0 = 4 -67 -80 6 6 -31 -7 -30 60 -4 -32 0 -60 24 46
  -7 -2 -74 -9 0 62 -26 -71 0 -69 0 -101 0 -60 0 15 0
  near-24:0.0 any-26:0.0 grandparent-mean-block:3.75 parent-paragraphs:3.375 own-paragraphs:0.0 = 6 -64 27 24 -33 4 -30 30 42 1
  0 0 5 6 24 -2 1 -51 15 2 7 -95 -87 23 -76 5 19 0 19 35 64 0
  any-3:0.0 page-characters:14.375 great-link-density:0.018632226 best-share:0.62042135 depth:15.0 = -20 -27 -39 0 13 -43 -37
  -2 14 -129 -47 44 -6 11 31 114 22 76 1 0 -37 -35 -5 -5 5 -29 33 16 41 -20 43 -8
  page-headings:3.625 page-headings:3.75 article-role:0.0 tag:3.0 h1-distance:5.375 = -14 98 0 -18 35 2 0 -54 -14 71 0 28 28 -3
  0 0 34 40 0 -25 57 -5 0 41 -91 91 0 5 77 -19 0 -25
  depth:24.0 list:0.0 page-articles:4.375 repeated-run:4.0 grandparent-mean-block:1.0 = 4 -58 -37 -13 -63 -1 -6 0 -98 0 -6 -1 0
  0 -1 0 -9 -111 28 37 39 3 -88 0 22 23 -48 41 -18 -17 4 0
  depth-below-best:6.0 words:3.875 h1-distance:4.875 page-is-article:0.0 page-paragraphs:3.25 = -13 -30 70 -31 -8 30 -153 -6
  -55 -50 88 41 -36 28 42 -37 8 4 52 -62 35 9 2 -6 -23 35 22 -12 -1 -49 2 -96
  next-2-link-density:0.79310346 page-articles:4.0 previous-2-link-density:0.82608694 depth-below-best:6.0 near-23:0.0 = 17 -33
  -89 -27 1 -11 21 55 8 -12 -3 -6 -42 -44 22 54 43 8 -31 0 8 -21 78 55 -109 -27 -8 18 -59 47 19 6
  great-mean-block:3.25 definitions:0.0 page-headings:3.625 page-headings:4.625 good-after:9.75 = 4 -18 58 -200 43 32 27 28 0 0
  0 0 3 -14 -26 -29 14 -45 79 0 -61 -7 25 -3 0 0 0 0 5 -49 -1 0
  best-share:0.13854203 h1-distance:7.5 best-share:0.8429197 position:0.45178384 from-end:4.0 = 0 -33 0 0 0 78 0 0 44 -14 -5 7
  0 -43 0 20 18 16 1 -43 0 -26 0 24 142 -8 -70 -22 0 5 0 30
  copyright:0.0 footer:0.0 word-length:4.3333335 grandparent-mean-block:1.0 good-before:10.0 = -32 0 -7 0 -43 0 5 0 -20 -1 2 -2
  2 -167 -86 38 -12 0 3 0 -38 -2 30 0 -36 -1 -2 3 34 -13 -32 -3
  page-items:0.0 after-h1:0.0 any-12:0.0 depth:16.0 page-link-density:0.5933544 = 74 -33 11 -5 -21 62 -56 -6 -28 8 39 37 0 2 0
  -66 88 -71 16 19 -1 -30 0 33 0 42 16 -97 0 -1 0 -32
  near-17:0.0 page-articles:4.375 near-31:0.0 best-share:0.57412595 page-headings:4.5 = -13 2 -6 -3 16 19 0 0 6 7 -114 32 -21
  19 0 0 -64 52 -12 36 13 40 0 0 -6 11 -43 71 -37 -160 1 7
  position:0.008732169 page-characters:12.375 page-paragraphs:1.5 any-8:0.0 depth:17.0 = 13 16 -5 97 -164 27 -11 -9 0 -49 1 -18
  -7 -64 0 -6 0 -36 0 15 0 -33 -8 39 0 -18 0 0 0 -7 -1 -39
  characters:3.875 in-only-main:0.0 any-11:0.0 page-blocks:7.625 h1-distance:5.5 = -22 -1 -67 21 36 50 -9 -25 7 3 -48 -8 -23
  -19 -20 55 21 -89 -12 13 -21 42 -2 -18 16 -2 -36 20 -18 8 -44 19
  aside:0.0 run:1.5 near-3:0.0 position:0.6662397 next-2-link-density:0.2 = 3 -103 0 28 4 -23 51 -4 24 -37 -16 -12 -42 -26 44 3
  7 -81 38 44 -15 -7 29 -22 -23 2 -64 21 10 -12 106 11
  repeated-characters:12.125 word-length:2.6153846 from-end:4.625 heading-distance:5.0 heading-level:0.0 = 5 0 -30 4 -51 19 3
  -87 -10 0 84 59 -68 0 -6 -14 -1 0 -32 1 -10 0 37 -13 0 0 -78 0 -8 0 -3 -36
  previous-2-same-tag:0.0 page-is-forum:0.0 grandparent-characters:9.375 uppercase:0.071428575 heading-distance:1.5 = -18 38
  -21 -2 24 54 -50 -29 -28 17 -10 17 -13 0 0 1 -47 3 56 -24 13 -4 -12 -95 16 30 -8 -30 -33 -26 5 -11
  any-3:0.0 page-characters:14.375 best-share:0.8099616 uppercase:0.071428575 heading-distance:5.0 = 21 -8 -36 14 -5 -118 22 38
  -8 -27 9 24 13 -2 -3 37 -64 21 -13 -4 14 -65 -2 18 19 6 -19 -5 13 4 54 60
  previous-2-same-tag:0.0 page-is-forum:0.0 near-11:0.0 digits:0.082474224 depth-below-best:2.0 = 2 12 -41 -27 -26 24 -5 8 37
  -34 -9 -5 8 -15 -3 -35 -25 2 -28 -99 30 77 83 30 -33 36 2 1 -53 -34 -13 -114
  position:0.49451476 grandparent-mean-block:1.0 position:0.0036990214 page-blocks:7.25 any-19:0.0 = 62 0 -129 0 -95 -50 44 -24
  4 0 -13 0 -39 45 5 -7 0 0 -8 0 -23 -2 12 34 0 0 -1 0 -70 -53 7 -21
  copyright:0.0 any-7:0.0 near-30:0.0 near-5:0.0 parent-characters:13.25 = 2 -148 -95 0 -63 -2 0 0 -96 0 0 0 -1 0 0 0 -27 0 1 0
  0 0 0 0 24 0 0 0 1 0 0 0
  page-is-product:0.0 page-link-density:0.17917123 index:5.875 position:0.57874393 index:5.375 = 0 -1 -9 22 0 0 0 0 1 2 -143 10
  0 0 0 0 6 -3 -7 16 20 -122 10 -53 -88 -10 -4 -4 22 -98 -4 43
  boilerplate-words:0.0 page-paragraphs:2.0 parent-link-density:0.0030833124 tag:4.0 word-length:5.6 = 67 -25 32 -10 -26 -39
  -33 -18 19 -122 -23 15 74 6 5 -38 -40 -13 -10 -16 22 -31 5 -8 -7 -24 27 39 80 19 -14 -43
  near-17:0.0 repeated-run:5.125 repeated-run:5.75 grandparent-paragraphs:3.125 repeated-link-density:0.15853658 = 0 -4 -19 0 0
  0 7 -87 -25 42 -75 -78 0 0 68 19 -13 40 -50 -12 0 0 41 10 10 -51 5 -33 0 0 32 0
  great-characters:7.0 page-characters:12.875 link-density:0.016949153 next-2-words:1.5 page-headings:2.25 = 59 34 -2 25 -6 42
  -8 56 -79 -6 -9 -15 -46 -57 -16 107 6 18 -34 -36 29 -3 -40 -11 12 36 -40 11 -2 -32 -38 21
  any-29:0.0 url-depth:5.0 near-31:0.0 any-20:0.0 near-17:0.0 = -2 80 -27 -20 -7 0 60 0 -9 64 -41 37 -41 8 -6 0 -12 38 -86 -4
  39 0 -1 0 16 21 13 -54 -121 0 28 0
  characters:4.0 uppercase:0.11290322 grandparent-mean-block:3.25 previous-2-words:4.125 word-length:5.6 = 0 -10 -35 47 -26 -10
  -59 -39 -32 -36 -18 0 -46 27 27 -9 -13 15 4 76 -23 2 -21 -5 -30 -83 -5 43 -8 -23 7 41
  any-29:0.0 repeated-characters:2.25 near-10:0.0 page-paragraphs:4.875 in-largest-article:-1.0 = -4 10 -19 82 0 0 25 0 -40 -4
  -27 48 58 -2 -23 -3 -7 -13 0 14 -25 0 49 -15 -8 -4 26 86 33 0 -132 -31
  digits:0.0 digits:0.11363637 words:3.625 h1-distance:3.875 after-h1:0.0 = 8 19 0 23 -16 13 0 -21 -35 -35 0 -1 -59 -11 0 -5
  -37 22 0 -6 46 64 0 -3 2 56 0 2 -12 10 0 -147
  """
