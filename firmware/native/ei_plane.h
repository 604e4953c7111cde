/* A band of rows of one input channel, laid out with its padding on the stack: depthwise kernels read it instead of the
 * tensor, so that no tap needs a test for the border and the output may take the input's place. */
#ifndef EI_PLANE_H
#define EI_PLANE_H

#include "ei_window.h"

/* Bytes behind the band that kernels may read without using what they read. */
#define EI_PLANE_TAIL 8

/* The channel and where the band stands. Rows are counted from the topmost row that a window touches. */
typedef struct ei_plane {
    const ei_window *window;
    bool nine;       /* windows are three by three inputs next to each other */
    bool turned;     /* columns of the image are rows here: more outputs come in fours */
    int32_t width;   /* columns that windows touch */
    int32_t height;  /* rows of the largest band */
    int32_t reach;   /* rows that one window touches */
    int32_t outputs; /* output rows that a band serves */
    int32_t inside;  /* first column within the image */
    int32_t columns; /* columns within the image */
    int8_t rows[EI_STAGE + EI_PLANE_TAIL];
} ei_plane;

/* From one row of the band to the next. */
static inline int32_t ei_plane_pitch(const ei_plane *plane)
{
    return plane->turned ? plane->height : plane->width;
}

/* Measures the bands and lays the padding out, which all channels share; false where not even one output row fits. */
bool ei_plane_open(ei_plane *plane, const ei_window *window);

/* Lays out the band that begins with output row `row`, for `outputs` rows. The bands of a channel are asked for from top to
 * bottom; rows that the band before had too are kept, since the output may have taken their place. */
void ei_plane_load(ei_plane *plane, const int8_t *input, int32_t row, int32_t outputs);

#endif
