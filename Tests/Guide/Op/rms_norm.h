// rms_norm.c
void hs_rms_norm(const float *x, const float *gain, float epsilon, float *y, float *scales, long rows,
                 long columns);
void hs_rms_norm_backward(const float *x, const float *gain, const float *scales, const float *dy,
                          float *dx, bool accumulates, float *dgain, long rows, long columns);
