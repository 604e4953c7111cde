/* The window that a convolution moves over its input, and the convolution of one group of channels. */
#ifndef EI_WINDOW_H
#define EI_WINDOW_H

#include "ei_matrix.h"
#include "ei_record.h"

/* Bytes of the buffer in which kernels lay out what they are about to multiply. It lies on the stack. */
#define EI_STAGE 2304

/* The input of one group of channels and the form of its window. What lies outside the image reads as `zero_point`. */
typedef struct ei_window {
    const int8_t *input; /* first channel of the group */
    int32_t height;
    int32_t width;
    int32_t channels; /* of all groups: from one column to the next */
    int32_t depth;    /* channels of the group */
    int32_t filter_height;
    int32_t filter_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t dilation_height;
    int32_t dilation_width;
    int32_t pad_top;
    int32_t pad_left;
    int32_t output_height;
    int32_t output_width;
    int32_t zero_point;
} ei_window;

/* Inputs that an output of the group takes. */
static inline int32_t ei_window_taps(const ei_window *window)
{
    return window->filter_height * window->filter_width * window->depth;
}

/* True where ei_convolve has room for the window. */
static inline bool ei_window_fits(const ei_window *window)
{
    return ei_window_taps(window) <= EI_STAGE;
}

/* An output position. */
typedef struct ei_position {
    int32_t image;
    int32_t row;
    int32_t column;
} ei_position;

/* The position with this number, counted over all images. */
ei_position ei_position_of(const ei_window *window, int32_t index);

/* Turns to the next position. */
void ei_advance(const ei_window *window, ei_position *position);

/* Lays the inputs of a position out side by side. */
void ei_gather(const ei_window *window, const ei_position *position, int8_t *stage);

/* The window of a convolution's record, over its first group of channels; records have these fields in the same places
 * whatever their weights are. */
ei_window ei_conv2d_window(const ei_model *model, const ei_arena *arena, const int32_t *record);

/* Runs `filters` filters over a range of output positions, counted over all images. Output f of position p goes to
 * output[p * step + f]. A position's inputs are read before its outputs and those of later positions are written, so that the
 * output of a window of one tap may take the input's place. */
void ei_convolve(const ei_window *window, ei_range positions, const ei_channels *channels, const uint8_t *weights,
    int32_t filters, int8_t *output, int32_t step);

#endif
