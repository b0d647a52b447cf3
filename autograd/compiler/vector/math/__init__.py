"""Elementary functions of whole vectors, accurate to one and a half units in the last place.

Each function here writes the vector code of one row of the operation table with the operators of
`assembly.Lanes`; read it as the formula it is. All are branch-free code, with one exception: sin,
cos and tan of numbers beyond 1.5 million reduce their argument one lane at a time. The code is the
same for one lane and for many, so that one row and a batch get the same bits.

The methods are the classical ones: reduce the argument to a small interval, a minimax polynomial
there (`coefficients`), undo the reduction. A number that needs more than a double's digits on the
way is carried as an unevaluated sum high + low, and a quotient is corrected by what it leaves. The
largest errors that a search finds are about 1 unit for most functions, 1.3 for expm1, and
1.5 for sigmoid, tanh and direction_cosine. A derivative of tanh or sigmoid that is computed beside
its function is within 2.5 units. The table is ``tests/benchmarks/accuracy.md``.

Read in this order: `coefficients`, `arithmetic`, `exponential`, `logarithm`, `trigonometry`,
`error_function`, `kernels`.

References
----------
J.-M. Muller, *Elementary Functions: Algorithms and Implementation*, 3rd ed., Birkhäuser 2016.
W. J. Cody and W. Waite, *Software Manual for the Elementary Functions*, Prentice-Hall 1980.
T. J. Dekker, "A floating-point technique for extending the available precision",
Numerische Mathematik 18 (1971). M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric
functions", SIGNUM Newsletter 18 (1983).
"""
