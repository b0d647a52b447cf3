/* The limit that `microgpt.py` holds compiled training against: the model of `nn/microgpt.py`, its
   backward pass and Adam, written by hand in double precision. It is no part of the package.

   Parameters, in the order of the model's own list:
   token[27][16] position[16][16] head[27][16] query key value out[16][16] widen[64][16] narrow[16][64] */

#include <math.h>
#include <string.h>

enum { TOKENS = 27, WIDTH = 16, HEADS = 4, PART = WIDTH / HEADS, LONGEST = 16, HIDDEN = 4 * WIDTH };

typedef struct {
    double token[TOKENS][WIDTH], position[LONGEST][WIDTH], head[TOKENS][WIDTH];
    double query[WIDTH][WIDTH], key[WIDTH][WIDTH], value[WIDTH][WIDTH], out[WIDTH][WIDTH];
    double widen[HIDDEN][WIDTH], narrow[WIDTH][HIDDEN];
} Weights;

enum { PARAMETERS = sizeof(Weights) / sizeof(double) };

/* y = W x */
static inline void linear(int rows, int columns, const double *W, const double *x, double *y)
{
    for (int i = 0; i < rows; i++) {
        double sum = 0;
        for (int j = 0; j < columns; j++)
            sum += W[i * columns + j] * x[j];
        y[i] = sum;
    }
}

/* dx += Wᵀ dy and dW += dy xᵀ */
static inline void linear_back(int rows, int columns, const double *W, const double *x,
                               const double *dy, double *dW, double *dx)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            dx[j] += W[i * columns + j] * dy[i];
            dW[i * columns + j] += x[j] * dy[i];
        }
}

/* y = s x with s = 1/√(mean x² + 1e-5), which is returned */
static inline double normal(const double *x, double *y)
{
    double squares = 0;
    for (int j = 0; j < WIDTH; j++)
        squares += x[j] * x[j];
    double scale = 1.0 / sqrt(squares / WIDTH + 1e-5);
    for (int j = 0; j < WIDTH; j++)
        y[j] = x[j] * scale;
    return scale;
}

static inline void normal_back(const double *y, double scale, const double *dy, double *dx)
{
    double along = 0;
    for (int j = 0; j < WIDTH; j++)
        along += y[j] * dy[j];
    for (int j = 0; j < WIDTH; j++)
        dx[j] += scale * (dy[j] - y[j] * along / WIDTH);
}

/* x becomes its softmax; ln Σ eˣ is returned */
static inline double softmax(int n, double *x)
{
    double largest = x[0], sum = 0;
    for (int j = 1; j < n; j++)
        largest = x[j] > largest ? x[j] : largest;
    for (int j = 0; j < n; j++)
        sum += x[j] = exp(x[j] - largest);
    for (int j = 0; j < n; j++)
        x[j] /= sum;
    return log(sum) + largest;
}

/* The loss of the tokens of a name with n + 1 of them, and its gradient. */
double gradient(const Weights *w, const long *tokens, long n, Weights *g)
{
    double x0[LONGEST][WIDTH], s0[LONGEST], x[LONGEST][WIDTH], s1[LONGEST], a[LONGEST][WIDTH];
    double q[LONGEST][WIDTH], k[LONGEST][WIDTH], v[LONGEST][WIDTH], attended[LONGEST][WIDTH];
    double p[LONGEST][HEADS][LONGEST], s2[LONGEST], b[LONGEST][WIDTH], h[LONGEST][HIDDEN];
    double y[LONGEST][WIDTH], z[LONGEST][TOKENS], part[WIDTH], loss = 0;
    const double root = 1.0 / sqrt(PART);

    for (long t = 0; t < n; t++) {
        for (int j = 0; j < WIDTH; j++)
            part[j] = w->token[tokens[t]][j] + w->position[t][j];
        s0[t] = normal(part, x0[t]);
        s1[t] = normal(x0[t], a[t]);
        linear(WIDTH, WIDTH, *w->query, a[t], q[t]);
        linear(WIDTH, WIDTH, *w->key, a[t], k[t]);
        linear(WIDTH, WIDTH, *w->value, a[t], v[t]);
        memset(attended[t], 0, sizeof attended[t]);
        for (int m = 0; m < HEADS; m++) {
            for (long u = 0; u <= t; u++) {
                double fit = 0;
                for (int j = m * PART; j < (m + 1) * PART; j++)
                    fit += q[t][j] * k[u][j];
                p[t][m][u] = fit * root;
            }
            softmax(t + 1, p[t][m]);
            for (long u = 0; u <= t; u++)
                for (int j = m * PART; j < (m + 1) * PART; j++)
                    attended[t][j] += p[t][m][u] * v[u][j];
        }
        linear(WIDTH, WIDTH, *w->out, attended[t], part);
        for (int j = 0; j < WIDTH; j++)
            x[t][j] = x0[t][j] + part[j];
        s2[t] = normal(x[t], b[t]);
        linear(HIDDEN, WIDTH, *w->widen, b[t], h[t]);
        for (int j = 0; j < HIDDEN; j++)
            h[t][j] = h[t][j] > 0 ? h[t][j] : 0;
        linear(WIDTH, HIDDEN, *w->narrow, h[t], part);
        for (int j = 0; j < WIDTH; j++)
            y[t][j] = x[t][j] + part[j];
        linear(TOKENS, WIDTH, *w->head, y[t], z[t]);
        double right = z[t][tokens[t + 1]];
        loss += softmax(TOKENS, z[t]) - right;
    }

    double dk[LONGEST][WIDTH] = {{0}}, dv[LONGEST][WIDTH] = {{0}};
    memset(g, 0, sizeof *g);
    for (long t = n - 1; t >= 0; t--) { /* later positions have read this one's key and value */
        double dx[WIDTH] = {0}, dh[HIDDEN] = {0}, db[WIDTH] = {0}, da[WIDTH] = {0}, dq[WIDTH] = {0};
        double dattended[WIDTH] = {0}, dx0[WIDTH], dembedding[WIDTH] = {0};
        z[t][tokens[t + 1]] -= 1;
        for (int j = 0; j < TOKENS; j++)
            z[t][j] /= n;
        linear_back(TOKENS, WIDTH, *w->head, y[t], z[t], *g->head, dx);
        linear_back(WIDTH, HIDDEN, *w->narrow, h[t], dx, *g->narrow, dh);
        for (int j = 0; j < HIDDEN; j++)
            dh[j] = h[t][j] > 0 ? dh[j] : 0;
        linear_back(HIDDEN, WIDTH, *w->widen, b[t], dh, *g->widen, db);
        normal_back(b[t], s2[t], db, dx);
        linear_back(WIDTH, WIDTH, *w->out, attended[t], dx, *g->out, dattended);
        for (int m = 0; m < HEADS; m++) {
            double dp[LONGEST], mean = 0;
            for (long u = 0; u <= t; u++) {
                dp[u] = 0;
                for (int j = m * PART; j < (m + 1) * PART; j++) {
                    dp[u] += dattended[j] * v[u][j];
                    dv[u][j] += dattended[j] * p[t][m][u];
                }
                mean += p[t][m][u] * dp[u];
            }
            for (long u = 0; u <= t; u++) {
                double dfit = p[t][m][u] * (dp[u] - mean) * root;
                for (int j = m * PART; j < (m + 1) * PART; j++) {
                    dq[j] += dfit * k[u][j];
                    dk[u][j] += dfit * q[t][j];
                }
            }
        }
        linear_back(WIDTH, WIDTH, *w->query, a[t], dq, *g->query, da);
        linear_back(WIDTH, WIDTH, *w->key, a[t], dk[t], *g->key, da);
        linear_back(WIDTH, WIDTH, *w->value, a[t], dv[t], *g->value, da);
        memcpy(dx0, dx, sizeof dx0);
        normal_back(a[t], s1[t], da, dx0);
        normal_back(x0[t], s0[t], dx0, dembedding);
        for (int j = 0; j < WIDTH; j++) {
            g->token[tokens[t]][j] += dembedding[j];
            g->position[t][j] += dembedding[j];
        }
    }
    return loss / n;
}

/* So many steps of Adam, a name each, after `done` others; m and v are its running means. Name i
   begins at tokens[i * (LONGEST + 1)], and the model is asked for lengths[i] of its tokens. */
double train(double *w, double *m, double *v, const long *tokens, const long *lengths, long names,
             double rate, long done, long steps)
{
    Weights slope;
    double loss = 0, *g = (double *)&slope;
    for (long step = done; step < done + steps; step++) {
        long i = step % names;
        loss = gradient((Weights *)w, tokens + i * (LONGEST + 1), lengths[i], &slope);
        double first = rate / (1 - pow(0.85, step + 1)), second = 1 / (1 - pow(0.99, step + 1));
        for (int i = 0; i < PARAMETERS; i++) {
            m[i] = 0.85 * m[i] + (1 - 0.85) * g[i];
            v[i] = 0.99 * v[i] + (1 - 0.99) * g[i] * g[i];
            w[i] -= first * m[i] / (sqrt(v[i] * second) + 1e-8);
        }
    }
    return loss;
}
