// What a block of a dataset goes through on its way into a file, beside libdeflate: bytes put in
// another order, and repeated rows packed faster than a general packer can.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// HDF5's shuffle filter: byte k of all elements, then byte k + 1 of all.
///
///     out[k · elements + i] = in[i · bytes + k]
void hs_shuffle(const uint8_t *in, uint8_t *out, size_t elements, size_t bytes);

/// The way back: out[i · bytes + k] = in[k · elements + i].
void hs_unshuffle(const uint8_t *in, uint8_t *out, size_t elements, size_t bytes);

/// Packs bytes as one block of raw deflate (RFC 1951), looking at them in rows: one that was there
/// within the last 32 KiB is a match, found by one look at a table; of a new one the parts that equal
/// the row before it, and runs of one byte, are.
///
/// in: [count], of which a row has `width`, at least 8; out: [capacity]; scratch:
/// [hs_deflate_rows_scratch(count, width)]. Returns the bytes written, or 0 where they exceed `capacity`
/// or where more than a quarter of the bytes repeats nothing.
size_t hs_deflate_rows(
    const uint8_t *in, size_t count, size_t width, uint8_t *out, size_t capacity, uint32_t *scratch);
size_t hs_deflate_rows_scratch(size_t count, size_t width);

/// Packs rows of which each stands there several times, without laying them out.
///
/// in: [planes, rows, width]: in each plane every row follows the one before it `copies` times, and
/// that is what is packed; copies: [rows], all at least 1; out: [capacity]; scratch:
/// [hs_deflate_runs_scratch(copies, rows, width, planes)]; sum: zlib's Adler sum of it all. Returns the
/// bytes written, or 0 where there are more than `capacity`, where more than a quarter of the bytes
/// repeats nothing, and where they are more than 16 MiB or a row more than 32 KiB; then no scratch is
/// needed either.
size_t hs_deflate_runs(
    const uint8_t *in, const uint32_t *copies, size_t rows, size_t width, size_t planes,
    uint8_t *out, size_t capacity, uint32_t *scratch, uint32_t *sum);
size_t hs_deflate_runs_scratch(
    const uint32_t *copies, size_t rows, size_t width, size_t planes);

/// Finds a row among those that were noted, or notes it as the next.
///
/// rows: [count, width], width at least 8, to which the caller adds what is noted; slots: [slot_count],
/// a power of two and more than there will be rows, zeros to begin with. Returns the row's number, which
/// is `count` where it is new.
size_t hs_row_number(
    const uint8_t *rows, size_t count, size_t width, const uint8_t *row, uint32_t *slots,
    size_t slot_count);

/// Packs rows that are given by number, as \c hs_deflate_rows does, but that a new row is compared with
/// several earlier ones, and with the bytes that lie `period` before.
///
/// rows: [distinct, width], no two of them equal, width at least 8; numbers: [count], the row in each
/// place; period: 1 to 63 and at most width, how far apart bytes of one kind lie in a row; out: [capacity]; scratch:
/// [hs_deflate_numbered_scratch(distinct, count, width)]; sum: zlib's Adler sum of it all. Returns the
/// bytes written, or 0 where they exceed `capacity`, where more than a quarter of the bytes repeats
/// nothing, and where they are more than 16 MiB or a row more than 32 KiB.
size_t hs_deflate_numbered(
    const uint8_t *rows, size_t distinct, size_t width, size_t period, const uint32_t *numbers,
    size_t count, uint8_t *out, size_t capacity, uint32_t *scratch, uint32_t *sum);
size_t hs_deflate_numbered_scratch(size_t distinct, size_t count, size_t width);

/// Whole numbers from 0 to 255 as bytes. Returns 0 where one is none of them, or a negative zero.
int hs_narrow(const float *in, uint8_t *out, size_t count);
