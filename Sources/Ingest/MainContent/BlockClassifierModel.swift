// Made by `extraction-training` in Benchmarks from 936 pages (160 trees); not written by hand.

let blockClassifierModel: StaticString = """
  bias 414
  pruned:0.0 parent-paragraphs:0.0 in-largest-article:-1.0 parent-paragraphs:1.0 boilerplate-words:0.2 = -150 -289 7 -243 6
  -243 108 -167 0 0 139 -243 0 0 179 -66 -184 -292 -95 -230 -157 -275 -86 -221 0 0 -153 -176 0 0 -18 -130
  parent-paragraphs:0.0 parent-paragraphs:1.0 nav:0.0 boilerplate-words:0.14285715 page-paragraphs:1.5 = 62 134 0 181 -165 0 0
  0 -169 -76 0 -32 -110 0 0 0 -144 11 0 144 -249 -212 0 -165 -212 -146 0 -41 -242 -158 0 -89
  grandparent-link-density:0.21428572 characters:6.125 run:1.0 boilerplate-role:0.0 main:0.0 = -90 -207 68 -155 64 -204 153 0
  -208 -211 -235 -190 -158 -218 -232 -95 -31 -112 106 0 122 -48 163 112 -103 -179 -39 -79 -74 -97 -19 -12
  parent-paragraphs:0.0 in-only-main:-1.0 in-largest-article:-1.0 own-link-density:0.27272728 run:1.0 = -203 -201 -150 -20 -184
  -222 -52 91 -203 -134 -172 -153 -188 -157 -117 -103 -131 -124 -54 72 -141 -120 115 151 -204 -76 -189 -48 -197 -110 -102 82
  depth-below-best:-1.0 depth-below-best:4.0 uppercase:0.065789476 footer:0.0 position:0.71028066 = -158 153 0 75 -183 82 0 -29
  -101 -136 0 -191 -156 -115 0 -154 -222 116 0 20 -205 -11 0 -50 -216 -74 0 -157 -201 -42 0 -135
  parent-paragraphs:1.0 parent-link-density:0.1051267 footer:0.0 ends-sentence:0.0 table:0.0 = -45 30 -135 -71 -180 -166 -179
  -71 35 134 -71 87 -188 -216 -179 -99 71 51 42 52 -3 0 0 0 10 88 -5 17 0 0 0 0
  parent-paragraphs:1.0 in-only-main:-1.0 position:0.8158917 best-share:0.61949944 own-mean-block:2.25 = -173 -57 -131 -91 -162
  -17 -161 -101 -152 -86 -40 54 -154 -67 -143 -81 -160 -113 -66 102 -165 -69 -154 -78 -165 -89 74 127 -167 -179 -116 41
  pruned:0.0 words:3.875 tag:1.0 grandparent-characters:9.0 best-share:0.8845662 = -68 -157 9 -144 -18 -157 56 -137 -172 -162
  30 -150 57 -167 128 -97 12 -87 17 -20 74 -112 62 -48 -80 -116 135 -145 100 -67 122 -1
  depth-below-best:-1.0 depth-below-best:3.0 characters:4.25 position:0.6873542 after-h1:-1.0 = -161 -39 0 -144 -164 37 0 -113
  -49 0 0 -35 -82 23 0 -60 -135 81 0 -26 -96 127 0 76 -165 -42 0 -31 -176 91 0 5
  in-best:0.0 ends-sentence:0.0 footer:0.0 tag:1.0 grandparent-characters:15.0 = -146 -57 -158 69 -134 -139 -121 -114 -145 53
  -114 115 -148 -96 -152 -194 -4 0 -2 7 0 0 0 0 -32 67 -4 -110 0 0 0 0
  depth-below-best:-1.0 pruned:0.0 depth-below-best:6.0 ends-sentence:0.0 great-paragraphs:7.125 = -138 59 -141 -127 0 10 0 -64
  -91 119 -144 -100 0 37 0 -14 -3 -14 -7 -7 0 0 0 0 -3 -97 -22 -11 0 0 0 0
  pruned:0.0 grandparent-link-density:0.11279598 tag:1.0 page-items:0.0 near-10:0.0 = 95 60 26 -68 127 48 112 -74 -12 -118 -49
  -119 86 -80 3 -123 -96 -35 0 -7 4 46 24 20 -88 -38 -19 -62 -108 -176 0 -122
  pruned:0.0 position:0.8158917 characters:6.125 footer:0.0 page-paragraphs:2.5 = 79 -72 2 -71 135 91 55 -29 -28 -53 -39 -71
  -13 -16 -26 -33 12 -107 -94 -122 93 -61 -11 -114 -68 -124 -66 -138 -213 -126 -89 -136
  pruned:0.0 characters:6.875 boilerplate-words:0.25 any-15:0.0 page-link-density:0.70890695 = 24 -113 85 -74 -103 -134 -36 -23
  -76 -54 -1 39 -67 -72 0 0 104 -16 45 3 -16 -30 0 0 27 -17 0 0 2 -6 0 0
  grandparent-paragraphs:1.5 after-h1:-1.0 position:0.7737722 page-items:0.0 footer:0.0 = -63 -15 121 107 0 0 40 49 -130 -120 7
  76 -59 -28 -89 -14 0 -14 0 0 0 0 -48 -11 -6 -3 -138 -136 0 0 -127 -126
  in-only-main:-1.0 words:4.5 near-10:0.0 next-link-density:0.82608694 page-is-article:0.0 = -123 30 -139 83 3 -116 0 -52 -100
  -37 -86 53 0 -74 0 18 -103 -7 -47 85 -18 -136 -7 -216 -125 -101 -83 -41 -9 -7 -1 -25
  parent-paragraphs:1.5 after-h1:-1.0 best-share:0.85916364 boilerplate-words:0.14285715 near-10:0.0 = -117 -53 -31 81 -128 -61
  47 72 -124 -71 -94 -60 -96 -49 -65 27 -13 -2 -123 -131 0 0 -4 -67 -5 0 -81 -17 0 0 -9 -20
  depth-below-best:-1.0 depth-below-best:3.0 great-characters:15.125 great-link-density:0.025583398 boilerplate-words:0.2 = -84
  94 0 31 -8 -313 0 0 -113 86 0 10 -25 69 0 0 -106 27 0 -12 -12 -12 0 0 -125 -51 0 -75 -2 -1 0 0
  in-best:0.0 tag:1.0 page-items:0.0 heading-distance:4.75 position:0.51577365 = -35 35 99 108 -51 -11 -36 81 -35 43 -92 113
  -102 -18 -120 -58 -81 61 -24 91 -132 -67 -121 36 -10 60 -47 95 -95 44 -104 -4
  in-best:0.0 words:2.0 in-only-main:-1.0 position:0.51577365 run:1.0 = -113 21 -91 -38 -86 -52 -39 53 -111 -8 -97 -131 -120
  -24 -125 16 -107 -76 -75 -57 -98 28 34 104 -86 -30 -35 -160 -97 18 -122 63
  depth-below-best:-1.0 depth-below-best:1.0 in-largest-article:-1.0 near-17:0.0 page-is-list:0.0 = -116 -57 0 -100 -78 102 0
  31 -91 90 0 34 -56 88 0 32 -40 -2 0 -77 -45 -144 0 -97 41 -2 0 71 103 15 0 46
  in-best:0.0 ends-sentence:0.0 position:0.6662397 boilerplate-role:0.0 great-paragraphs:7.125 = -74 8 11 80 -112 -4 -98 17
  -103 -58 -106 -153 -100 -9 -92 -77 -4 -24 -2 -134 -2 -37 -4 -147 -1 -4 0 -1 -5 -1 -10 0
  in-only-main:-1.0 parent-link-density:0.07964523 page-blocks:7.25 own-mean-block:4.75 list:0.0 = -80 4 -96 -49 -82 3 -105 -33
  -59 104 -49 25 -36 15 -28 44 28 118 -104 -34 -86 51 -73 6 0 107 0 47 -111 -76 32 -84
  after-h1:-1.0 position:0.85324347 footer:0.0 characters:4.125 page-items:0.0 = -40 12 0 -17 -9 -3 0 -12 -23 100 0 12 0 -1 0
  -40 -107 -29 -17 -81 -1 -63 0 -93 -92 33 -9 -67 -9 -163 0 -108
  after-h1:-1.0 any-2:0.0 near-10:0.0 words:4.75 any-26:0.0 = -109 2 -92 -76 -15 -107 0 -6 -49 65 -16 -71 0 -119 0 -13 19 18
  -20 -19 0 -15 0 5 -12 -12 -10 -16 0 50 0 39
  in-best:0.0 depth-below-best:1.0 heading-words:0.2 repeated-run:0.0 characters:7.25 = -92 50 0 -29 -116 28 0 -114 -61 20 0 44
  -78 56 0 -29 -20 102 0 27 -98 37 0 -20 23 88 0 10 -70 58 0 -110
  depth-below-best:-1.0 depth-below-best:3.0 page-items:8.25 run:1.0 any-10:0.0 = -72 38 0 -22 -4 -58 0 46 -54 81 0 46 -58 -137
  0 -35 -84 -30 0 5 -9 -2 0 -1 -54 20 0 -161 -3 0 0 0
  position:0.7943303 near-0:0.0 page-paragraphs:2.5 ends-sentence:0.0 page-characters:15.125 = 64 25 -60 -37 -13 -72 -93 -95 90
  -96 -14 -6 44 -40 -85 -44 0 0 0 0 4 -5 -19 3 0 0 0 0 -155 -98 -4 -7
  position:0.85324347 ends-sentence:0.0 heading-words:0.25 heading-level:0.0 parent-characters:11.0 = -16 -45 35 -75 -85 -94
  -80 -78 10 -52 -76 -38 15 -40 -69 -22 -100 -68 86 -23 -61 -31 20 11 68 29 0 18 12 0 4 0
  depth-below-best:-1.0 depth-below-best:1.0 repeated-characters:3.75 own-link-density:0.14450867 h1-distance:5.875 = -47 90 0
  -19 -23 114 0 44 -91 -21 0 -52 -45 -125 0 5 -115 48 0 -9 -39 -28 0 6 -92 -13 0 -8 -47 29 0 28
  in-best:0.0 page-items:0.0 uppercase:0.025641026 any-29:0.0 index:6.25 = 64 93 -21 67 -20 32 -63 -26 0 15 -59 78 10 32 40 94
  -4 94 -45 9 -42 100 -78 -1 20 0 -12 29 22 0 188 15
  in-best:0.0 tag:1.0 depth-below-best:6.0 page-paragraphs:2.5 pruned:0.0 = -3 81 -21 94 0 -8 0 71 -90 -72 -51 44 0 -16 0 -40
  -16 -77 1 -64 0 -5 0 22 -70 -72 -54 -74 0 -13 0 -14
  depth-below-best:-1.0 footer:0.0 any-21:0.0 words:2.75 page-headings:3.125 = -93 -64 -63 -64 -26 85 0 0 -2 67 21 -102 19 115
  0 0 -68 15 -94 -20 149 -19 -5 1 -28 27 -78 -155 -27 -103 -12 -2
  depth-below-best:-1.0 run:1.0 great-characters:15.125 in-largest-article:0.0 url-depth:4.0 = -60 15 -76 30 -9 31 -1 75 -12 -1
  71 96 -2 -35 0 -289 -45 -38 -2 -3 0 -36 0 -157 -57 -5 -39 60 0 0 0 0
  pruned:0.0 position:0.600939 index:7.25 repeated-characters:3.625 repeated-link-density:0.0 = 21 -64 -22 -106 -44 -18 -13 -87
  75 16 3 59 -26 32 25 40 2 -39 -40 -58 32 9 39 -19 24 -55 -54 -63 38 75 -21 16
  footer:0.0 characters:4.0 page-link-density:0.70890695 great-paragraphs:7.125 great-link-density:0.025583398 = -13 -21 26
  -103 54 0 111 -1 -8 0 -259 0 0 0 0 0 -59 -92 7 -115 38 79 60 -14 -43 0 65 0 0 0 0 0
  boilerplate-words:0.2 any-8:0.0 any-3:0.0 any-29:0.0 page-paragraphs:2.5 = 71 -69 -75 -46 -23 -56 -57 -11 -39 -4 -12 -1 -53 0
  -1 0 11 -51 -63 -72 -41 -82 -15 -19 76 45 27 -1 112 -2 26 3
  in-largest-article:-1.0 near-17:0.0 heading-words:0.2 parent-link-density:0.01015027 page-headings:5.0 = -35 51 -26 26 -13 29
  -35 -89 -111 -11 12 10 -90 -52 -55 -40 -66 -7 61 43 -99 -41 7 -142 -47 -14 95 85 -25 -46 13 27
  after-h1:-1.0 run:1.0 grandparent-characters:15.0 repeated-link-density:0.043125175 page-characters:13.625 = -83 -7 -64 67 0
  0 0 0 -32 -8 -77 -31 0 0 0 0 -75 -37 -23 28 -1 -3 0 -178 -95 48 -20 55 0 -14 0 15
  depth-below-best:-1.0 tag:10.0 great-paragraphs:3.0 words:4.25 index:5.0 = -39 -9 0 7 -66 -47 0 3 68 90 0 19 13 108 0 6 -38
  13 -8 53 -70 9 69 -14 -65 -42 0 34 37 41 -8 -310
  position:0.9002199 any-0:0.0 page-blocks:9.25 ends-sentence:0.0 parent-paragraphs:4.25 = -1 -74 -63 -23 48 -23 111 52 20 -67
  -19 -11 -74 -56 39 14 1 -10 42 -1 9 1 -5 0 89 22 -92 -42 -33 -1 0 0
  in-largest-article:-1.0 page-characters:12.25 any-10:0.0 pruned:0.0 any-15:0.0 = 77 27 -63 25 19 59 26 -237 -41 -33 -80 7 -9
  29 -70 -47 50 -38 -99 -91 0 0 0 -12 34 -34 -1 -4 -1 -3 -8 116
  form:0.0 near-30:0.0 any-24:0.0 page-is-forum:0.0 any-23:0.0 = 3 -118 -112 0 -82 -5 -13 0 -4 -12 -92 0 77 -1 26 0 25 -98 -121
  0 -14 -64 -8 0 -219 -5 -1 0 -71 0 -1 0
  boilerplate-role:0.0 next-2-link-density:0.44761905 great-characters:15.125 in-largest-article:-1.0 article-role:0.0 = -43
  -98 -32 -103 -1 0 0 -1 20 -75 -23 14 -107 -3 39 -2 95 0 86 0 0 0 0 0 38 2 -22 -2 -119 0 -3 0
  footer:0.0 near-10:0.0 in-largest-article:-1.0 page-link-density:0.70890695 parent-link-density:0.72131145 = -24 -78 -47 -5
  23 -123 -121 -1 -27 -10 0 0 58 -16 0 0 -4 -75 -9 -5 -40 -86 1 0 -42 -8 0 0 84 74 0 0
  after-h1:-1.0 footer:0.0 run:1.0 page-articles:4.375 list-depth:0.0 = -88 -18 -8 -88 -50 32 -3 -97 3 52 0 -43 -3 -17 0 -4 -44
  33 0 14 -61 59 0 -92 -10 -76 0 -6 -10 -158 0 -3
  footer:0.0 after-h1:-1.0 near-30:0.0 previous-2-same-tag:0.0 near-10:0.0 = -78 -10 -7 -83 -5 0 -74 0 -49 -2 33 -84 -4 0 -135
  -14 0 0 -56 -10 -1 0 -14 0 -2 0 -65 -3 0 0 -1 0
  page-items:0.0 heading-distance:2.5 near-17:0.0 depth:8.0 parent-paragraphs:3.375 = 71 -31 48 -82 -2 39 53 14 58 -25 64 3 0
  25 65 -53 -69 66 31 -68 14 37 43 -25 6 -2 5 6 14 92 -3 59
  boilerplate-words:0.25 page-items:0.0 from-end:4.0 page-blocks:7.0 page-link-density:0.70890695 = 70 -13 -104 -87 -63 -18 25
  -35 27 3 -54 -48 95 14 -8 -69 68 -2 13 -1 53 -3 -30 -18 -2 0 -2 -3 26 2 75 15
  page-is-article:0.0 great-characters:10.25 near-29:0.0 near-21:0.0 page-link-density:0.3855539 = 30 -65 29 15 65 212 8 51
  -127 15 -101 -11 0 0 -34 0 6 -59 -30 -2 -20 1 -2 3 50 19 60 7 0 0 0 0
  position:0.6873542 heading-words:0.5 page-headings:3.625 page-is-product:0.0 page-headings:3.0 = 43 -36 -12 -25 0 0 0 0 59
  -27 0 -1 0 0 0 0 -27 -119 -104 -37 26 -1 -109 -49 103 12 0 0 -72 -41 -27 -5
  near-2:0.0 any-5:0.0 after-h1:-1.0 list:0.0 page-is-forum:0.0 = -73 -24 -22 0 1 -93 -55 -23 -37 -16 -13 0 49 -67 -172 -3 8 0
  0 0 -4 -3 -3 0 -18 0 0 0 -137 -9 0 0
  any-5:0.0 from-end:4.875 parent-mean-block:4.25 punctuation:0.1764706 list:0.0 = -90 1 -1 -28 28 6 28 -71 -70 -42 -3 -31 -29
  0 -96 -4 5 -9 24 -122 92 0 -24 -155 100 6 44 -10 -43 0 -13 2
  page-paragraphs:2.5 page-headings:4.75 own-link-density:0.0 words:6.125 great-link-density:0.05838952 = 43 34 -11 -1 28 -78 0
  -85 87 -75 0 -83 6 1 0 -33 -15 6 65 -35 -23 -44 143 8 10 64 0 -31 4 69 0 58
  after-h1:-1.0 next-2-same-tag:0.0 run:1.0 page-items:7.125 in-largest-article:0.0 = -111 -39 -82 -6 -42 13 -53 17 -33 4 29 72
  -38 -9 -44 -37 4 -46 45 -3 18 75 17 28 4 -31 -7 -6 0 53 -12 62
  great-characters:15.125 next-2-link-density:0.07111111 page-items:8.625 page-items:2.0 good-after:14.25 = 26 29 24 22 0 0 0 0
  13 -191 -19 -4 -15 0 35 0 48 0 22 1 0 0 0 0 -45 -8 -70 7 42 0 177 0
  page-headings:5.25 page-items:0.0 page-paragraphs:6.5 page-items:5.875 next-link-density:0.82608694 = 28 47 20 -27 90 9 -198
  53 0 0 -21 40 0 0 35 -63 58 15 -50 28 32 -5 -16 -1 0 0 -33 57 0 0 20 -9
  any-8:0.0 near-10:0.0 article-role:0.0 page-headings:5.875 repeated-characters:2.25 = -10 -52 -41 -5 22 -70 1 0 -11 -4 -16 0
  -32 -2 32 0 15 -68 -140 19 73 9 98 0 67 14 8 0 -183 0 0 0
  near-17:0.0 page-headings:5.0 great-link-density:0.21105528 any-21:0.0 page-paragraphs:3.875 = 17 9 -94 87 -58 -32 39 124 106
  37 -44 11 97 11 45 126 -18 21 -53 11 -11 -23 -30 95 1 -121 -21 -19 -46 21 -42 -27
  heading-words:0.0 near-10:0.0 heading-distance:2.0 near-17:0.0 page-paragraphs:4.375 = 15 -18 -25 -3 -20 43 -63 -25 57 -12
  -22 -2 -19 -18 134 -18 -23 -72 9 6 8 -55 -9 -47 46 15 -43 7 7 0 -18 -171
  form:0.0 any-29:0.0 url-depth:4.0 page-paragraphs:4.75 good-before:10.5 = 4 -78 40 -46 -63 -8 66 13 4 -114 122 -36 0 -63 5 -1
  36 -2 18 0 6 -27 1 0 -40 -54 81 -1 48 -8 32 0
  near-30:0.0 form:0.0 near-8:0.0 characters:4.0 position:0.5786974 = -35 -71 -54 0 -25 -1 -1 0 28 -54 -37 0 -55 -1 -9 0 -5 -35
  -96 0 -16 0 -5 0 -7 -111 -73 0 -102 -1 -12 0
  position:0.51577365 page-blocks:7.25 characters:6.625 ends-sentence:0.0 best-share:0.9359664 = 15 -37 -4 -6 37 -23 -89 -75 81
  -60 -39 5 108 6 35 2 -12 -47 34 40 -124 -18 14 -38 46 -110 -53 15 72 28 -85 -87
  footer:0.0 near-31:0.0 characters:6.625 page-blocks:7.25 previous-2-words:5.125 = -5 -86 46 79 46 -64 9 10 7 -33 -50 -12 -6
  -99 -180 -12 -83 -7 -12 0 96 -2 7 -1 -51 -13 -20 0 25 -73 -48 -3
  boilerplate-words:0.0 page-is-article:0.0 any-20:0.0 parent-characters:8.25 url-depth:3.0 = 5 -16 -23 -79 56 69 18 38 -31 0
  -125 -76 -1 32 16 -98 37 -30 -54 -62 9 -25 -30 -62 25 -19 -9 -66 -21 -10 51 14
  best-share:0.13854203 url-depth:5.0 near-31:0.0 main:0.0 page-is-article:0.0 = -13 9 16 -56 0 5 0 -10 116 15 0 8 0 -54 0 24
  154 -47 -13 -70 0 0 0 77 -4 19 31 -53 -11 -182 0 3
  product:0.0 any-8:0.0 in-only-main:0.0 page-articles:1.0 near-19:0.0 = 8 33 -68 0 19 -130 -60 16 -67 -11 -38 -1 26 11 16 0 -4
  0 -31 0 37 28 -40 0 45 0 -4 0 -18 0 3 0
  near-31:0.0 url-depth:5.0 any-29:0.0 page-paragraphs:3.5 any-5:0.0 = 14 16 -50 -12 -54 0 -17 0 0 -169 -42 80 94 5 -7 0 -10 0
  -37 0 0 0 0 0 -120 3 22 0 -1 0 -2 0
  best-share:0.9842903 great-paragraphs:5.0 page-characters:12.25 page-headings:2.5 great-characters:9.0 = -58 -90 0 0 39 -34 0
  0 72 -43 0 0 -18 23 0 0 -5 43 0 0 -22 29 129 31 24 -85 0 0 -11 -27 34 -147
  after-h1:-1.0 list:0.0 page-articles:3.25 page-blocks:7.625 page-paragraphs:6.375 = -78 -19 -62 45 -11 49 -17 42 -62 11 -12
  21 9 6 -9 -69 2 -213 -1 18 -2 37 0 1 -16 4 16 67 -1 -70 -3 -106
  next-2-same-tag:0.0 heading-words:0.25 position:0.51577365 hidden:0.0 good-before:11.75 = -17 37 20 -46 -32 -15 -82 -22 -33
  33 -26 -34 76 107 -33 -6 20 24 -3 -51 -12 65 -20 24 3 -47 -24 -12 -7 -55 0 -3
  good-after:4.0 good-before:7.625 punctuation:0.14705883 words:2.0 page-blocks:7.25 = 46 -69 -79 -54 36 -14 3 -61 77 21 31 25
  -19 -62 -119 43 26 -29 -11 -16 -6 -11 10 41 19 -20 35 18 18 -25 -22 22
  next-2-same-tag:0.0 near-0:0.0 boilerplate-role:0.0 uppercase:0.032258064 depth:5.0 = 68 26 -59 -3 -4 -5 -4 1 -67 -42 -7 -31
  -40 -31 -3 -12 5 28 -11 -70 -109 -47 -12 -15 -20 25 4 -63 -58 0 -7 7
  boilerplate-words:0.2 near-30:0.0 any-5:0.0 great-paragraphs:5.0 great-paragraphs:7.125 = 6 -49 -84 -40 -22 -25 -3 0 44 -9
  -27 -1 -146 -2 0 0 0 0 0 0 0 0 0 0 -70 -14 0 0 -17 0 0 0
  footer:0.0 tag:1.0 grandparent-characters:10.25 near-31:0.0 any-15:0.0 = -6 -54 12 -60 -92 -60 24 -87 42 13 -105 4 -6 -1 -118
  -3 -3 -8 -35 -14 -35 0 -87 0 -18 0 36 0 0 0 0 0
  footer:0.0 after-h1:-1.0 hidden:0.0 good-before:11.25 position:0.27147445 = -36 -1 26 -18 -68 0 -24 0 -44 -2 8 0 -27 -6 -72 0
  -43 0 -13 -92 -98 0 100 -45 16 0 50 29 -41 0 -22 -6
  heading-words:0.25 near-23:0.0 tag:10.0 page-items:4.25 any-17:0.0 = -12 -4 -53 -14 -64 -13 0 0 -20 -39 -32 -29 19 0 91 0 11
  -10 105 11 79 48 3 0 4 -39 48 -75 -204 3 2 0
  page-is-article:0.0 near-12:0.0 after-h1:-1.0 main:0.0 near-23:0.0 = -75 -54 -21 -26 22 -39 22 -81 19 -1 93 -12 7 5 -15 -95
  -29 -40 -4 -2 45 67 32 -12 -7 12 20 2 -43 8 71 -18
  best-share:0.9842903 good-before:10.0 good-after:10.0 characters:4.125 page-articles:0.0 = 45 2 -27 17 -62 -80 -80 10 5 2 18
  -54 -35 -157 69 22 -19 -43 -27 -54 -67 -27 -16 26 11 -100 63 20 -28 13 9 11
  boilerplate-words:0.0 list:0.0 tag:1.0 page-is-forum:0.0 next-2-same-tag:0.0 = -68 -45 71 -14 -4 -48 14 25 19 10 -18 -3 22 12
  -9 -9 -16 -22 73 51 38 -43 13 25 35 -41 -65 -18 -76 -1 -86 -15
  position:0.6436571 depth:11.0 page-paragraphs:4.0 great-characters:7.25 best-share:0.9842903 = 24 6 50 25 -31 -18 -38 -5 12
  -75 105 60 26 -19 -2 25 57 20 25 -71 -29 23 -10 -10 -28 -56 8 68 -67 -67 3 14
  any-8:0.0 great-mean-block:4.0 article-role:0.0 any-10:0.0 depth-below-best:6.0 = 15 -45 -9 23 -28 -69 41 29 -4 -17 -127 -7
  42 0 89 0 11 -107 -60 -89 11 -42 -77 11 -45 43 24 28 21 0 80 0
  form:0.0 near-12:0.0 parent-link-density:0.14285715 page-headings:5.125 great-characters:13.625 = 17 -66 -84 2 -26 7 15 17
  -10 -119 -4 2 48 -16 -25 0 -11 -5 9 0 48 -6 12 0 55 0 -78 0 6 0 -2 0
  next-same-tag:0.0 next-words:1.5 page-headings:3.625 page-link-density:0.12804404 any-19:0.0 = 43 8 -163 -22 16 3 21 47 -49
  -19 -34 1 -16 -11 -11 6 20 -21 -81 -8 -86 43 -24 60 77 7 14 21 -2 -93 -9 27
  page-is-article:0.0 page-items:5.625 great-link-density:0.00862069 characters:6.875 main:0.0 = 51 -11 78 -10 -26 -57 -16 -33
  110 -122 -53 -112 31 -14 -1 35 57 -34 -28 -5 18 -47 25 -12 91 61 -58 25 10 -1 -20 30
  any-29:0.0 page-link-density:0.2581075 definitions:0.0 in-best:0.0 grandparent-link-density:0.2603306 = -47 37 29 52 -24 0 33
  0 15 82 -29 -66 -155 0 37 0 -6 222 -24 -38 -3 0 -4 0 -26 72 4 -13 24 12 90 0
  boilerplate-role:0.0 best-share:0.8440496 position:0.45178163 parent-link-density:0.72131145 page-headings:5.25 = 34 -66 -18
  -19 5 -130 -10 46 12 -33 -2 -36 -86 -61 16 -11 -3 -46 17 -2 -3 -40 48 -5 32 -22 9 90 17 -15 29 54
  near-24:0.0 heading-words:0.5 repeated-run:3.875 any-3:0.0 after-h1:0.0 = 14 -13 -27 -1 -91 24 -1 1 -59 -29 -9 -1 -18 -3 -14
  0 12 -79 -80 -29 13 13 -12 9 7 -1 -43 -7 -116 -22 10 -1
  any-29:0.0 heading-distance:2.0 tag:3.0 words:3.875 depth:12.0 = -93 -18 -2 7 18 27 -13 118 28 -22 -67 -25 45 1 -37 22 -14 -4
  15 112 4 -18 11 78 -25 16 5 9 -3 31 22 40
  form:0.0 near-12:0.0 definitions:0.0 page-link-density:0.32464236 hidden:0.0 = 7 -93 -70 20 -155 0 5 0 -5 10 -14 5 59 0 92 0
  86 -69 14 0 0 0 0 0 -40 -35 3 0 70 0 0 0
  near-29:0.0 page-is-article:0.0 good-after:4.375 tag:10.0 great-paragraphs:1.5 = 13 15 -45 -11 12 46 -37 179 21 0 15 0 60 0 3
  0 5 -54 40 40 -3 -16 -30 32 11 0 -216 0 -39 0 -43 0
  boilerplate-words:0.25 good-before:10.5 characters:5.375 great-paragraphs:1.5 next-link-density:0.5 = 9 -27 25 -55 -25 2 32 9
  14 -17 -71 -26 6 -74 80 -1 29 -31 10 -29 -40 -15 46 -8 -107 -15 -13 -16 -18 1 46 0
  after-h1:-1.0 page-link-density:0.70890695 tag:4.0 list-depth:0.0 heading-distance:4.25 = -44 -41 -41 -38 -23 9 -27 85 -5 42
  8 -7 -72 5 -4 102 -51 24 -21 66 -57 -35 -9 89 -4 -15 -65 -13 -25 -1 74 25
  great-mean-block:3.25 link-density:0.09793814 page-characters:12.875 page-headings:3.625 in-largest-article:0.0 = 2 13 -20
  -105 18 -75 53 -49 29 0 28 -61 -15 -9 -2 7 38 21 39 -63 -47 -61 -11 -70 85 65 -49 -25 -34 26 84 -71
  near-9:0.0 article:0.0 any-15:0.0 page-characters:12.0 page-link-density:0.14291719 = 10 0 48 -1 7 0 40 0 0 -68 9 28 -100 30
  58 -2 16 -66 49 -3 -71 -7 40 -5 1 -102 -9 48 25 30 -131 -3
  copyright:0.0 heading-words:0.0 page-characters:15.5 own-mean-block:3.25 near-18:0.0 = 9 14 3 -10 -45 0 13 0 4 -171 -55 6 -66
  0 26 0 -39 0 4 -1 6 0 0 0 50 -30 14 0 -91 0 4 0
  next-words:5.125 page-is-article:0.0 any-24:0.0 grandparent-characters:8.25 table:0.0 = 23 32 -37 -9 -5 -16 -76 -7 -17 6 -6
  55 44 75 -96 -37 -34 12 44 2 -14 0 34 3 25 40 48 7 7 0 44 1
  near-30:0.0 figure:0.0 words:2.0 depth:6.0 good-after:10.375 = -67 -2 -13 0 -1 -2 40 0 9 -50 33 -3 15 -79 -147 -1 -6 0 0 0 31
  0 15 0 -45 -25 9 0 -7 -25 -5 0
  footer:0.0 good-after:10.125 link-density:0.09793814 page-headings:4.75 position:0.0143577 = -109 0 80 0 -19 0 -23 0 -36 0 -5
  0 -13 0 -2 0 34 -84 -51 -2 -27 -48 -21 -41 -10 -92 -55 -14 4 17 49 14
  previous-2-same-tag:0.0 own-mean-block:6.125 url-depth:3.0 great-mean-block:3.0 page-items:4.25 = -52 25 -69 0 -2 47 0 0 -68
  -37 -82 45 7 -5 44 46 71 83 -22 1 -19 -11 7 6 -26 -1 -142 -10 -12 16 -63 30
  from-end:5.0 page-items:0.0 best-share:0.9727694 grandparent-characters:12.375 url-depth:3.0 = -48 13 3 33 48 16 -80 11 0 0
  -123 -66 -42 -105 -68 -6 18 59 -14 -8 50 -49 -96 21 47 59 -31 30 -60 39 -16 -88
  heading-words:0.0 page-characters:15.5 page-is-product:0.0 page-link-density:0.18662229 h1-distance:5.875 = 18 -15 46 41 -7
  -25 0 0 10 -17 3 0 -1 32 0 0 28 -35 -152 -7 -155 -32 0 0 4 -29 3 2 19 9 0 0
  best-share:0.9842903 any-21:0.0 depth-below-best:11.0 page-characters:12.0 any-22:0.0 = 5 -7 29 1 0 16 0 0 8 -27 -83 9 -1 5
  -11 -28 45 -91 91 68 56 -92 0 64 -4 -43 8 27 90 31 -121 10
  page-is-article:0.0 word-length:4.4 next-same-tag:0.0 url-depth:4.0 starts-upper:0.0 = 10 15 61 -91 -13 11 28 42 -28 11 -3
  -31 31 46 -64 61 -74 -33 10 -10 5 11 34 -2 -9 -34 41 -55 -49 26 -5 -4
  near-4:0.0 page-is-list:0.0 any-17:0.0 great-characters:11.0 in-only-main:0.0 = -33 7 -3 0 2 -15 21 -4 -3 71 -2 0 9 -128 -69
  0 49 -14 18 0 -2 -58 -39 -6 -85 13 -6 0 38 -131 -70 99
  from-end:4.875 page-link-density:0.08406647 list-depth:0.0 words:4.5 page-headings:3.0 = -63 -26 -71 9 37 0 26 3 93 67 25 60
  9 21 40 12 4 -11 -36 -3 33 64 16 16 15 -60 -84 28 12 32 -53 -56
  footer:0.0 copyright:0.0 great-mean-block:1.0 word-length:4.0 page-paragraphs:2.5 = 40 8 0 0 -31 -4 -2 0 -36 56 -1 0 46 -41
  -7 -2 -43 -11 0 0 -24 -7 -9 2 -35 -25 0 -1 8 -94 -88 71
  page-items:0.0 index:3.0 links:0.0 parent-paragraphs:2.25 repeated-characters:2.5 = 105 -88 34 -26 -44 -18 -1 -25 -101 -6 4
  29 0 -11 19 4 24 -37 2 11 -23 -73 63 7 15 12 1 11 5 -9 25 -101
  form:0.0 best-share:0.13854203 best-share:0.45673046 h1-distance:5.125 characters:6.625 = 7 43 -21 -8 0 0 -14 -73 22 30 -57
  -35 0 0 20 -67 7 2 37 -21 0 0 27 -16 63 0 -117 -33 0 0 -22 -38
  figure:0.0 characters:4.0 parent-characters:5.875 next-words:2.0 page-characters:11.25 = 49 8 37 0 -15 0 45 0 -59 0 71 0 -65
  0 2 0 -5 3 35 -71 -49 10 -24 2 -29 3 16 -111 -5 10 15 -43
  aside:0.0 near-24:0.0 parent-mean-block:3.25 repeated-link-density:0.7 page-characters:12.0 = 15 -37 13 9 28 30 27 0 -36 26
  -2 0 -79 -1 37 0 18 -64 -87 -12 -5 -97 -39 -2 30 2 -14 -3 -99 -38 5 0
  any-8:0.0 near-9:0.0 near-17:0.0 in-largest-article:-1.0 page-headings:5.75 = -46 -58 -36 -46 35 -23 -79 7 7 -30 -19 -48 5
  -89 -75 51 -13 -15 -3 -1 14 26 -5 -2 -45 11 2 0 66 31 24 -1
  near-4:0.0 good-after:10.125 copyright:0.0 page-items:0.0 any-17:0.0 = -13 0 54 0 1 0 -1 0 -8 3 -71 27 -31 0 72 0 64 0 41 0 0
  0 -1 0 7 -98 -12 26 -176 0 7 0
  near-31:0.0 any-20:0.0 page-link-density:0.47211123 depth-below-best:9.0 page-blocks:8.125 = -14 44 15 -100 55 0 -14 -6 -103
  -6 22 16 22 0 -87 -18 -23 -3 -2 -118 -78 -8 -25 14 2 -2 -38 -7 118 30 2 -6
  any-8:0.0 near-10:0.0 page-items:4.25 url-depth:3.0 grandparent-mean-block:4.375 = -42 1 -14 0 42 -58 -50 -9 27 9 27 -2 -9
  -62 -48 31 -5 26 0 0 -25 -27 4 0 2 10 5 0 25 29 -117 0
  any-29:0.0 near-17:0.0 heading-distance:2.0 depth:8.0 near-13:0.0 = 15 15 26 25 -37 73 14 26 -38 24 24 -34 6 87 -16 11 -67 -1
  56 -1 -57 0 -166 0 19 -3 26 1 55 -5 36 -2
  next-words:4.625 great-mean-block:3.375 next-2-same-tag:0.0 word-length:4.857143 page-is-forum:0.0 = -21 15 -75 63 12 -27 26
  39 13 19 -41 14 7 19 -12 14 10 -2 27 8 -14 -18 29 -27 -17 -3 28 6 -38 -4 -95 -31
  separators:0.0 any-8:0.0 hidden:0.0 grandparent-mean-block:4.0 definitions:0.0 = 10 -37 -55 -6 22 0 -41 -1 -4 -75 27 -1 90
  -14 -41 0 25 0 -1 0 59 0 0 0 -187 -8 0 0 0 0 0 0
  url-depth:5.0 characters:8.5 starts-upper:0.0 page-items:5.875 page-headings:5.375 = 36 14 -219 20 12 -88 74 31 -14 -3 -36 0
  -7 -18 -58 -2 -33 33 6 23 -16 18 -73 -21 9 -46 -58 0 23 32 4 20
  near-29:0.0 page-is-article:0.0 h1-distance:2.75 page-characters:14.875 grandparent-paragraphs:2.0 = -4 22 36 21 22 45 -47
  108 -10 4 -36 1 -33 -1 20 18 -38 1 31 -4 7 6 0 38 15 0 -81 0 -32 -27 -17 4
  page-items:0.0 from-end:4.0 index:5.875 page-characters:14.0 good-after:5.125 = 27 22 -7 10 -2 -73 17 30 28 3 -105 -14 17 24
  41 -45 91 -57 -19 -23 28 -47 45 2 4 0 -4 38 10 30 56 0
  digits:0.015151516 depth:10.0 page-blocks:7.625 page-characters:13.375 section:0.0 = -28 22 24 43 0 -2 18 1 -63 39 19 -33 -17
  44 -34 -15 4 59 -17 -33 35 23 13 -42 -130 6 57 -12 33 33 25 7
  near-29:0.0 in-best:0.0 page-is-list:0.0 grandparent-link-density:0.03125 link-density:0.09793814 = 21 45 4 12 -9 0 -103 1
  -56 7 16 -29 34 0 -49 2 20 0 -114 1 0 0 -3 0 -26 133 -5 13 106 35 -7 -6
  page-is-article:0.0 tag:10.0 great-characters:10.125 own-mean-block:5.375 page-link-density:0.43325958 = 9 -28 -39 16 3 -8 31
  -22 39 -74 5 1 6 54 55 -203 11 -6 2 0 25 0 -17 0 -37 -43 11 0 -239 31 -4 0
  run:1.0 repeated-link-density:0.015267176 page-characters:12.875 great-link-density:0.050439067 page-headings:3.375 = 3 69
  -11 33 -49 -48 -48 -26 -16 7 -24 -64 22 73 98 51 8 73 23 -2 -2 11 -13 -81 11 62 16 -61 -52 39 -15 36
  any-15:0.0 any-9:0.0 page-characters:11.25 any-18:0.0 grandparent-characters:8.5 = -43 50 -12 0 13 -52 -30 31 159 61 18 -5 8
  -88 -23 -3 41 -8 0 0 -7 -27 -89 49 25 12 -9 0 11 -26 65 0
  from-end:2.25 index:2.0 page-characters:12.625 depth:11.0 page-link-density:0.12804404 = 88 -116 39 22 0 -4 21 -31 0 -39 -18
  8 0 -31 -12 46 78 -151 14 -8 0 -30 -29 3 0 -2 -5 47 0 -10 11 -18
  previous-2-same-tag:0.0 page-is-forum:0.0 article-role:0.0 parent-characters:9.375 previous-heading:0.0 = -18 21 2 -69 -18 3
  103 59 -2 -19 -27 -138 24 36 -1 55 -20 34 -6 -7 -20 -66 -27 -16 41 76 -21 -29 28 48 0 0
  page-is-article:0.0 page-items:5.625 heading-level:0.0 section-level:1.0 grandparent-link-density:0.1724138 = 42 34 -8 -67
  -103 14 38 13 39 -33 -23 9 41 28 49 36 -59 -9 8 17 39 -31 40 -13 58 -52 4 -20 3 -71 63 5
  form:0.0 footer:0.0 page-link-density:0.70890695 near-24:0.0 page-blocks:7.625 = -9 -48 -75 -26 36 -2 -16 0 9 -1 -16 -2 -14 0
  -1 0 15 -85 -61 -2 41 -5 30 -3 -57 -6 -19 0 -57 -3 21 0
  grandparent-mean-block:1.0 footer:0.0 previous-same-tag:0.0 page-items:7.125 tag:1.0 = -39 -37 -2 -29 -80 -27 21 -48 -29 -32
  1 33 9 48 -3 -16 -13 -6 -11 -19 -68 19 -15 -72 -18 7 33 -21 -8 19 16 -47
  form:0.0 near-15:0.0 page-articles:4.0 any-24:0.0 depth:10.0 = 5 -85 -53 0 8 -5 94 0 -58 3 -31 0 -92 0 -23 0 17 -34 -69 -5
  -63 15 14 0 -16 -52 3 33 48 -13 0 0
  near-30:0.0 any-8:0.0 great-mean-block:4.875 punctuation:0.25 page-items:6.75 = 3 -112 -47 -1 33 3 -2 0 -7 -45 12 0 -143 13 0
  0 7 -26 -47 11 -25 15 56 0 22 -21 -4 -3 -9 0 1 0
  any-3:0.0 page-characters:14.375 great-link-density:0.01856903 best-share:0.61949944 depth:15.0 = -12 -30 -32 0 8 -48 -30 -4
  17 -123 -46 44 -5 10 28 111 23 74 0 0 -52 -44 1 -5 6 -31 29 10 43 -16 44 -9
  page-headings:3.625 page-headings:3.875 great-paragraphs:6.25 h1-distance:4.5 own-mean-block:3.625 = -30 61 0 -6 3 4 0 2 21
  -3 0 8 -24 3 0 10 20 98 0 29 49 0 0 -31 -46 85 0 -15 -167 0 0 39
  product:0.0 index:6.875 page-articles:3.25 previous-2-link-density:0.8181818 list:0.0 = -11 15 10 -115 -3 0 -43 0 -39 37 -12
  -66 62 0 39 0 33 15 32 -15 -8 0 -62 0 -13 8 -1 -2 -8 0 -32 0
  depth-below-best:6.0 words:3.875 h1-distance:4.875 page-is-article:0.0 page-paragraphs:3.25 = -2 -37 72 -29 -10 25 -164 -4
  -53 -55 84 37 -30 32 38 -37 11 6 52 -63 29 14 2 -1 -23 38 22 -8 -2 -53 2 -97
  own-link-density:0.009009009 page-characters:13.25 any-19:0.0 parent-paragraphs:3.375 previous-2-link-density:0.0 = 16 -30 12
  -15 75 -43 -78 10 53 -72 1 -34 21 41 56 33 -10 1 -6 20 -15 -45 -3 -5 1 -28 8 -10 39 8 41 41
  great-mean-block:3.25 definitions:0.0 good-after:9.25 page-headings:3.625 page-headings:4.625 = 7 -13 57 -205 10 -49 85 0 47
  30 16 23 -52 -9 34 -4 0 0 0 0 0 0 0 0 1 -13 -16 -32 4 -48 -1 0
  best-share:0.13854203 h1-distance:7.5 best-share:0.91573304 words:2.0 best-share:0.3481429 = 17 6 -12 -66 0 0 0 0 110 -50 -60
  21 0 0 0 0 0 -31 0 -14 0 2 0 46 0 10 0 -25 0 -12 0 32
  copyright:0.0 next-words:5.125 grandparent-mean-block:3.375 page-paragraphs:4.875 words:3.875 = 1 -76 -29 -2 -76 -3 49 -78 13
  -14 9 0 -6 -1 25 0 34 16 -35 0 -18 7 91 -38 -24 -2 6 0 2 -41 12 0
  page-items:0.0 after-h1:0.0 any-12:0.0 depth:16.0 page-link-density:0.5933544 = 76 -36 10 -4 -23 68 -54 -4 -29 7 35 39 0 -3 0
  -71 89 -78 12 17 -1 -27 0 34 0 32 16 -101 0 0 0 -31
  near-31:0.0 digits:0.0 near-17:0.0 digits:0.082474224 heading-distance:3.125 = -10 37 -27 5 16 34 54 -136 0 0 -14 -11 0 0 -10
  -6 -14 -53 37 -2 -12 -19 61 -64 0 0 23 -24 0 0 -36 -2
  figure:0.0 characters:4.0 tag:6.0 heading-distance:4.25 page-characters:12.375 = -19 -1 9 -2 0 9 41 -74 -11 0 -49 -4 6 0 23 6
  -41 22 1 11 16 -3 4 -125 -29 13 37 12 36 4 -61 16
  aside:0.0 any-29:0.0 page-characters:12.0 best-share:0.95761335 h1-distance:1.5 = 25 27 5 0 7 -26 -27 1 18 14 0 0 -28 -15 0 0
  40 11 -12 -34 -13 -79 62 26 -68 -15 0 0 29 -19 -22 -1
  form:0.0 aside:0.0 best-share:0.13854203 parent-link-density:0.14285715 own-link-density:0.7 = 77 45 -1 -1 6 -99 -86 -19 29
  -1 0 0 1 22 -20 -4 1 0 0 0 -93 -1 -1 2 -42 0 -5 0 7 12 -12 9
  repeated-characters:12.125 from-end:4.875 heading-distance:5.0 page-link-density:0.37924433 heading-level:0.0 = -8 10 8 -111
  65 55 -19 -8 -111 -1 -10 23 76 0 2 -6 -29 3 36 1 -58 0 7 -31 -30 0 34 -8 -6 0 -15 -6
  after-h1:-1.0 parent-mean-block:3.25 repeated-run:0.0 heading-distance:6.25 page-items:2.0 = -3 11 0 62 -5 50 0 -62 -4 76 -3
  0 4 -40 -2 44 -28 -25 4 -4 -49 31 -46 -7 -18 23 -44 -72 -22 13 9 -15
  any-3:0.0 repeated-run:3.625 page-items:3.875 word-length:5.6 own-characters:5.25 = 43 -40 -39 6 5 -3 -34 -62 -9 -27 -34 -3 2
  12 32 -50 43 1 20 17 -22 5 66 -85 -14 -70 32 21 21 -41 6 -45
  previous-2-same-tag:0.0 page-is-forum:0.0 near-11:0.0 digits:0.082474224 depth-below-best:2.0 = 0 12 -44 -26 -23 24 -5 9 35
  -30 -6 -5 8 -13 2 -34 -25 1 -15 -93 30 75 90 33 -40 35 -1 3 -51 -29 -1 -118
  position:0.49451476 grandparent-mean-block:1.0 position:0.0036990214 page-blocks:7.25 any-19:0.0 = 68 0 -114 0 -90 -44 48 -27
  5 0 -17 0 -42 48 6 -8 0 0 -9 0 -24 -7 14 30 0 0 -1 0 -70 -55 5 -17
  copyright:0.0 any-7:0.0 near-30:0.0 near-5:0.0 parent-characters:13.25 = 2 -144 -98 0 -63 -2 0 0 -97 0 0 0 -2 0 0 0 -25 -1 1
  0 0 0 0 0 24 0 0 0 1 0 0 0
  page-is-product:0.0 page-link-density:0.18662229 index:5.875 position:0.5786974 index:5.375 = 5 4 -7 24 0 0 0 0 -1 4 -158 6 0
  0 0 0 15 -1 -12 22 18 -117 9 -51 -83 -9 -1 -2 17 -97 -3 39
  parent-paragraphs:4.25 url-depth:3.0 parent-characters:13.25 parent-mean-block:5.25 any-23:0.0 = -12 33 -12 48 0 -81 15 53 32
  -2 20 24 16 10 -196 6 37 -2 -19 -37 0 -31 0 29 -54 0 4 10 0 0 0 0
  header:0.0 footer:0.0 date-like:0.0 grandparent-mean-block:2.0 boilerplate-words:0.25 = 18 -58 1 0 -6 53 0 0 5 -21 -88 0 -65
  -19 35 0 -62 -38 -13 0 13 0 0 0 -12 -11 -16 0 -3 -2 0 0
  page-characters:15.125 grandparent-paragraphs:6.625 index:6.0 depth-below-best:6.0 page-characters:12.125 = 36 0 0 0 18 0 0 0
  -44 0 0 0 17 0 0 0 -11 -51 30 57 6 -9 82 -81 -16 2 0 0 -1 -1 0 0
  any-29:0.0 page-link-density:0.25369903 list-depth:0.0 parent-characters:9.625 own-link-density:0.8666667 = -21 14 -8 -44 50
  43 7 13 11 67 -33 17 -68 0 29 0 -32 45 49 -33 -5 128 -25 -11 -25 5 -75 1 -9 7 -35 -5
  page-is-article:0.0 great-characters:10.125 grandparent-characters:9.875 word-length:4.4 any-20:0.0 = -7 -44 -11 -7 26 26 1 7
  19 -37 54 -29 8 18 9 -33 -36 -8 13 -21 11 7 -9 26 20 -23 43 20 76 -149 -22 22
  previous-2-same-tag:0.0 h1-distance:5.5 words:5.0 punctuation:0.2 great-paragraphs:1.0 = 1 7 5 7 -27 14 -57 18 2 46 0 -1 -4
  -5 27 -4 -39 9 -6 -8 80 63 -21 -22 -2 12 37 -3 -128 6 -96 -69
  page-paragraphs:2.5 characters:4.875 hidden:0.0 after-h1:0.0 great-link-density:0.0 = 84 -37 38 -35 -25 -25 -17 -15 -81 22 70
  -9 48 15 -35 -25 -8 -11 18 -4 4 42 -22 -53 5 -13 81 1 10 -16 -11 93
  """
