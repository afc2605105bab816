// The part of OpenVINO's C API that is used, declared here: its headers are not needed to build, and its library is opened when the program
// runs. Names and layouts are those of the API (openvino/c, the same since 2022.1); a status is 0 or says by its number what went wrong.
// Element types are numbered differently by different versions, so none is named here.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct ov_core ov_core_t;
typedef struct ov_model ov_model_t;
typedef struct ov_compiled_model ov_compiled_model_t;
typedef struct ov_infer_request ov_infer_request_t;
typedef struct ov_output_const_port ov_output_const_port_t;
typedef struct ov_tensor ov_tensor_t;

typedef struct {
    const char *_Nullable build_number;
    const char *_Nullable description;
} ov_version_t;

typedef struct {
    int64_t rank;
    int64_t *_Nullable dims;
} ov_shape_t;

typedef struct {
    int64_t min;
    int64_t max;
} ov_dimension_t;

typedef struct {
    ov_dimension_t rank;
    ov_dimension_t *_Nullable dims;
} ov_partial_shape_t;

// Each function once: what it returns, its name, what it takes.
#define VIGILAR_OPENVINO_FUNCTIONS(F)                                                                                                      \
    F(int, ov_get_openvino_version, (ov_version_t *_Nonnull))                                                                              \
    F(void, ov_version_free, (ov_version_t *_Nonnull))                                                                                     \
    F(const char *_Nullable, ov_get_last_err_msg, (void))                                                                                  \
    F(void, ov_free, (const char *_Nullable))                                                                                              \
    F(int, ov_core_create, (ov_core_t *_Nullable *_Nonnull))                                                                               \
    F(void, ov_core_free, (ov_core_t *_Nullable))                                                                                          \
    F(int, ov_core_read_model,                                                                                                             \
      (const ov_core_t *_Nonnull, const char *_Nonnull, const char *_Nullable, ov_model_t *_Nullable *_Nonnull))                           \
    F(int, ov_core_read_model_from_memory_buffer,                                                                                          \
      (const ov_core_t *_Nonnull, const char *_Nonnull, size_t, const ov_tensor_t *_Nullable, ov_model_t *_Nullable *_Nonnull))            \
    F(int, ov_core_compile_model,                                                                                                          \
      (const ov_core_t *_Nonnull, const ov_model_t *_Nonnull, const char *_Nonnull, size_t, ov_compiled_model_t *_Nullable *_Nonnull, ...)) \
    F(void, ov_model_free, (ov_model_t *_Nullable))                                                                                        \
    F(int, ov_model_inputs_size, (const ov_model_t *_Nonnull, size_t *_Nonnull))                                                           \
    F(int, ov_model_const_input_by_index, (const ov_model_t *_Nonnull, size_t, ov_output_const_port_t *_Nullable *_Nonnull))               \
    F(int, ov_model_outputs_size, (const ov_model_t *_Nonnull, size_t *_Nonnull))                                                          \
    F(int, ov_model_const_output_by_index, (const ov_model_t *_Nonnull, size_t, ov_output_const_port_t *_Nullable *_Nonnull))              \
    F(int, ov_model_reshape_single_input, (const ov_model_t *_Nonnull, ov_partial_shape_t))                                                \
    F(int, ov_partial_shape_create_static, (int64_t, const int64_t *_Nonnull, ov_partial_shape_t *_Nonnull))                               \
    F(void, ov_partial_shape_free, (ov_partial_shape_t *_Nonnull))                                                                         \
    F(void, ov_compiled_model_free, (ov_compiled_model_t *_Nullable))                                                                      \
    F(int, ov_compiled_model_create_infer_request, (const ov_compiled_model_t *_Nonnull, ov_infer_request_t *_Nullable *_Nonnull))         \
    F(void, ov_infer_request_free, (ov_infer_request_t *_Nullable))                                                                        \
    F(int, ov_infer_request_set_input_tensor_by_index, (ov_infer_request_t *_Nonnull, size_t, const ov_tensor_t *_Nonnull))                \
    F(int, ov_infer_request_get_output_tensor_by_index, (const ov_infer_request_t *_Nonnull, size_t, ov_tensor_t *_Nullable *_Nonnull))    \
    F(int, ov_infer_request_infer, (ov_infer_request_t *_Nonnull))                                                                         \
    F(int, ov_port_get_partial_shape, (const ov_output_const_port_t *_Nonnull, ov_partial_shape_t *_Nonnull))                              \
    F(int, ov_port_get_element_type, (const ov_output_const_port_t *_Nonnull, uint32_t *_Nonnull))                                         \
    F(int, ov_port_get_any_name, (const ov_output_const_port_t *_Nonnull, char *_Nullable *_Nonnull))                                      \
    F(void, ov_output_const_port_free, (ov_output_const_port_t *_Nullable))                                                                \
    F(int, ov_shape_create, (int64_t, const int64_t *_Nonnull, ov_shape_t *_Nonnull))                                                      \
    F(int, ov_shape_free, (ov_shape_t *_Nonnull))                                                                                          \
    F(int, ov_tensor_create, (uint32_t, ov_shape_t, ov_tensor_t *_Nullable *_Nonnull))                                                     \
    F(int, ov_tensor_get_shape, (const ov_tensor_t *_Nonnull, ov_shape_t *_Nonnull))                                                       \
    F(int, ov_tensor_get_element_type, (const ov_tensor_t *_Nonnull, uint32_t *_Nonnull))                                                  \
    F(int, ov_tensor_get_byte_size, (const ov_tensor_t *_Nonnull, size_t *_Nonnull))                                                       \
    F(int, ov_tensor_data, (const ov_tensor_t *_Nonnull, void *_Nullable *_Nonnull))                                                       \
    F(void, ov_tensor_free, (ov_tensor_t *_Nullable))

// The functions of an opened library.
typedef struct {
#define VIGILAR_OPENVINO_MEMBER(result, name, arguments) result(*_Nonnull name) arguments;
    VIGILAR_OPENVINO_FUNCTIONS(VIGILAR_OPENVINO_MEMBER)
#undef VIGILAR_OPENVINO_MEMBER
} vigilar_openvino;

// Opens the library of OpenVINO's C API and finds the functions in it. It stays open until the process ends: its threads outlive every model.
// Returns NULL where it cannot be used; `problem` then says why, cut off at `size` bytes with the zero that ends it.
const vigilar_openvino *_Nullable vigilar_openvino_open(const char *_Nonnull path, char *_Nonnull problem, size_t size);

// Makes a model ready for the CPU: for one inference at a time, as fast as it can be, with `threads` (a number as text) threads, and with
// 32-bit floats throughout, since what some processors choose by themselves (bfloat16) changes scores. Here and not in Swift because the
// function takes its settings as variable arguments.
int vigilar_openvino_compile(
    const vigilar_openvino *_Nonnull api, const ov_core_t *_Nonnull core, const ov_model_t *_Nonnull model, const char *_Nonnull threads,
    ov_compiled_model_t *_Nullable *_Nonnull compiled);
