// libhdf5, opened when it is first used.
//
// Linking it would load it and the thirty libraries it needs into every command, `hindsight --help`
// too: a fifth of the start-up. So its functions are reached through a table, which `hs_hdf5` fills
// from the installed library at its first call.
#pragma once
#include <stdbool.h>
#define H5_USE_110_API
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#elif __has_include("/opt/homebrew/include/hdf5.h")
#include "/opt/homebrew/include/hdf5.h"
#elif __has_include("/usr/local/include/hdf5.h")
#include "/usr/local/include/hdf5.h"
#else
#error "hdf5.h is missing; Scripts/bootstrap installs it"
#endif

// The functions in use.
#define HS_HDF5_FUNCTIONS(use) \
  use(H5open) use(H5free_memory) use(H5get_libversion) use(H5is_library_threadsafe) \
  use(H5Aclose) use(H5Acreate2) use(H5Aexists) use(H5Aget_name) use(H5Aget_space) \
  use(H5Aget_storage_size) use(H5Aget_type) use(H5Aopen) use(H5Aopen_by_idx) use(H5Aread) \
  use(H5Awrite) \
  use(H5Dclose) use(H5Dcreate2) use(H5Dget_chunk_storage_size) use(H5Dget_create_plist) \
  use(H5Dget_space) use(H5Dget_storage_size) use(H5Dget_type) use(H5Dopen2) use(H5Dread) \
  use(H5Dread_chunk) use(H5Dwrite) use(H5Dwrite_chunk) \
  use(H5Eset_auto2) use(H5Ewalk2) \
  use(H5Fclose) use(H5Fcreate) use(H5Fflush) use(H5Fget_file_image) use(H5Fopen) \
  use(H5Gclose) use(H5Gcreate2) use(H5Gopen2) \
  use(H5Lexists) use(H5Lget_info) use(H5Literate) \
  use(H5Oclose) use(H5Oget_info) use(H5Oopen) \
  use(H5PLset_loading_state) \
  use(H5Pclose) use(H5Pcreate) use(H5Pget_chunk) use(H5Pget_external_count) use(H5Pget_filter2) \
  use(H5Pget_layout) use(H5Pget_nfilters) use(H5Pset_chunk) use(H5Pset_deflate) \
  use(H5Pset_fapl_core) use(H5Pset_file_image) use(H5Pset_file_locking) \
  use(H5Pset_libver_bounds) use(H5Pset_link_phase_change) use(H5Pset_obj_track_times) \
  use(H5Pset_shuffle) \
  use(H5Sclose) use(H5Screate) use(H5Screate_simple) use(H5Sget_simple_extent_dims) \
  use(H5Sget_simple_extent_ndims) use(H5Sget_simple_extent_npoints) \
  use(H5Sget_simple_extent_type) use(H5Sselect_hyperslab) \
  use(H5Tclose) use(H5Tcopy) use(H5Tenum_create) use(H5Tenum_insert) use(H5Tenum_valueof) \
  use(H5Tequal) use(H5Tget_class) use(H5Tget_nmembers) use(H5Tget_precision) use(H5Tget_sign) \
  use(H5Tget_size) \
  use(H5Tis_variable_str) use(H5Tset_cset) use(H5Tset_size) \
  use(H5Zfilter_avail)

// The identifiers that the library keeps in variables: a name for each, and the variable.
#define HS_HDF5_IDENTIFIERS(use) \
  /* Classes of property lists. */ \
  use(hs_class_file_creation, H5P_CLS_FILE_CREATE_ID_g) \
  use(hs_class_file_access, H5P_CLS_FILE_ACCESS_ID_g) \
  use(hs_class_group_creation, H5P_CLS_GROUP_CREATE_ID_g) \
  use(hs_class_dataset_creation, H5P_CLS_DATASET_CREATE_ID_g) \
  /* Numbers as files hold them: little-endian whatever the machine. */ \
  use(hs_file_int8, H5T_STD_I8LE_g) use(hs_file_int32, H5T_STD_I32LE_g) \
  use(hs_file_int64, H5T_STD_I64LE_g) use(hs_file_uint8, H5T_STD_U8LE_g) \
  use(hs_file_uint64, H5T_STD_U64LE_g) use(hs_file_float32, H5T_IEEE_F32LE_g) \
  use(hs_file_float64, H5T_IEEE_F64LE_g) \
  /* Numbers as this machine holds them. */ \
  use(hs_memory_int8, H5T_NATIVE_INT8_g) use(hs_memory_int32, H5T_NATIVE_INT32_g) \
  use(hs_memory_int64, H5T_NATIVE_INT64_g) use(hs_memory_uint8, H5T_NATIVE_UINT8_g) \
  use(hs_memory_uint64, H5T_NATIVE_UINT64_g) use(hs_memory_float32, H5T_NATIVE_FLOAT_g) \
  use(hs_memory_float64, H5T_NATIVE_DOUBLE_g) \
  use(hs_c_string, H5T_C_S1_g)

#define HS_MEMBER(name) __typeof__(&name) name;
#define HS_VARIABLE(name, variable) const hid_t *variable;
typedef struct {
  HS_HDF5_FUNCTIONS(HS_MEMBER)
  HS_HDF5_IDENTIFIERS(HS_VARIABLE)
} hs_hdf5_table;
#undef HS_MEMBER
#undef HS_VARIABLE

// The library, opened at the first call by whichever thread makes it. Where it cannot be opened,
// all of the table is NULL, and `hs_hdf5_problem` says why.
const hs_hdf5_table *hs_hdf5(void);

// NULL where the library is open.
const char *hs_hdf5_problem(void);

// An identifier, or an invalid one where the library cannot be opened.
#define HS_IDENTIFIER(name, variable) \
  static inline hid_t name(void) { \
    const hid_t *identifier = hs_hdf5()->variable; \
    return identifier ? *identifier : -1; \
  }
HS_HDF5_IDENTIFIERS(HS_IDENTIFIER)
#undef HS_IDENTIFIER

// Flags of opening and creating; the macros call the library.
static inline unsigned hs_open_read_only(void) { return 0x0000u; }
static inline unsigned hs_create_truncating(void) { return 0x0002u; }

// "Nothing special" and "everything", which Swift cannot import for their casts.
static inline hid_t hs_default(void) { return H5P_DEFAULT; }
static inline hid_t hs_all(void) { return H5S_ALL; }
static inline size_t hs_variable_length(void) { return H5T_VARIABLE; }

/// Begins to keep the name of the object that the library is at, for one thread, and says where.
const char *hs_note_places(void);
bool hs_notes_places(void);
void hs_note_place(const char *object);

static inline herr_t hs_silence_errors(void) {
  return hs_hdf5()->H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}
static inline herr_t hs_walk_errors(H5E_walk2_t function, void *context) {
  return hs_hdf5()->H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, function, context);
}

// What an object is, whatever release of the library describes it how.
typedef struct {
  int is_group, is_dataset;
  unsigned long long address, attribute_count;
} hs_object;

static inline herr_t hs_describe_object(hid_t id, hs_object *object) {
  H5O_info_t info;
  herr_t status = hs_hdf5()->H5Oget_info(id, &info);
  if (status < 0) return status;
  object->is_group = info.type == H5O_TYPE_GROUP;
  object->is_dataset = info.type == H5O_TYPE_DATASET;
  object->address = (unsigned long long)info.addr;
  object->attribute_count = (unsigned long long)info.num_attrs;
  return 0;
}

// 0 a hard link, 1 a soft one, 2 one into another file, 3 another sort; negative on failure.
static inline int hs_link_kind(hid_t group, const char *name) {
  H5L_info_t info;
  if (hs_hdf5()->H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  switch (info.type) {
    case H5L_TYPE_HARD: return 0;
    case H5L_TYPE_SOFT: return 1;
    case H5L_TYPE_EXTERNAL: return 2;
    default: return 3;
  }
}

// Calls `visit` for each link of a group, in the order in which they lie in the file (an ordered
// walk builds a table first, which a damaged heap makes the library free before it is filled); a
// positive result of it stops the walk.
typedef herr_t (*hs_visit)(hid_t group, const char *name, const H5L_info_t *info, void *context);
static inline herr_t hs_visit_links(hid_t group, hs_visit visit, void *context) {
  hsize_t position = 0;
  return hs_hdf5()->H5Literate(
      group, H5_INDEX_NAME, H5_ITER_NATIVE, &position, visit, context);
}

// What the library was built with: 1, 0, or negative for not known.
static inline int hs_is_thread_safe(void) {
  hbool_t answer = 0;
  return hs_hdf5()->H5is_library_threadsafe(&answer) < 0 ? -1 : (int)answer;
}
static inline int hs_unpacks_deflate(void) {
  return (int)hs_hdf5()->H5Zfilter_avail(H5Z_FILTER_DEFLATE);
}
