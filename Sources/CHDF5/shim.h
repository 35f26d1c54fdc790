// libhdf5's constants are macros over run-time globals, which Swift cannot import: here they are
// as functions.
#pragma once
#define H5_USE_110_API
#include <hdf5.h>

// Flags of opening and creating.
static inline unsigned hs_open_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned hs_create_truncating(void) { return H5F_ACC_TRUNC; }

// Classes of property lists.
static inline hid_t hs_class_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t hs_class_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t hs_class_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t hs_class_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t hs_class_dataset_access(void) { return H5P_DATASET_ACCESS; }

// "Nothing special" and "everything".
static inline hid_t hs_default(void) { return H5P_DEFAULT; }
static inline hid_t hs_all(void) { return H5S_ALL; }
static inline hid_t hs_default_stack(void) { return H5E_DEFAULT; }

// Numbers as files hold them: little-endian whatever the machine.
static inline hid_t hs_file_int8(void) { return H5T_STD_I8LE; }
static inline hid_t hs_file_int32(void) { return H5T_STD_I32LE; }
static inline hid_t hs_file_int64(void) { return H5T_STD_I64LE; }
static inline hid_t hs_file_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t hs_file_uint64(void) { return H5T_STD_U64LE; }
static inline hid_t hs_file_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t hs_file_float64(void) { return H5T_IEEE_F64LE; }

// Numbers as this machine holds them.
static inline hid_t hs_memory_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t hs_memory_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t hs_memory_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t hs_memory_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t hs_memory_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t hs_memory_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t hs_memory_float64(void) { return H5T_NATIVE_DOUBLE; }

static inline hid_t hs_c_string(void) { return H5T_C_S1; }
static inline size_t hs_variable_length(void) { return H5T_VARIABLE; }
static inline haddr_t hs_undefined_address(void) { return HADDR_UNDEF; }

// Functions that the library itself makes macros of.
static inline herr_t hs_silence_errors(void) { return H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
static inline herr_t hs_walk_errors(H5E_walk2_t function, void *context) {
  return H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, function, context);
}

// What an object is, whatever release of the library describes it how.
typedef struct {
  int is_group, is_dataset;
  unsigned long long address, attribute_count;
} hs_object;

static inline herr_t hs_describe_object(hid_t id, hs_object *object) {
  H5O_info_t info;
  herr_t status = H5Oget_info(id, &info);
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
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
  switch (info.type) {
    case H5L_TYPE_HARD: return 0;
    case H5L_TYPE_SOFT: return 1;
    case H5L_TYPE_EXTERNAL: return 2;
    default: return 3;
  }
}

// Calls `visit` for each link of a group, in the order in which they lie in the file (an ordered
// walk builds a table first, which a damaged heap makes the library free before it is filled); a positive result of it stops the walk.
typedef herr_t (*hs_visit)(hid_t group, const char *name, const H5L_info_t *info, void *context);
static inline herr_t hs_visit_links(hid_t group, hs_visit visit, void *context) {
  hsize_t position = 0;
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &position, visit, context);
}

// What the library was built with: 1, 0, or negative for not known.
static inline int hs_is_thread_safe(void) {
  hbool_t answer = 0;
  return H5is_library_threadsafe(&answer) < 0 ? -1 : (int)answer;
}
static inline int hs_unpacks_deflate(void) { return (int)H5Zfilter_avail(H5Z_FILTER_DEFLATE); }
