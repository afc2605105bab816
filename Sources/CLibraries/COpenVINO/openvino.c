#include "COpenVINO.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

const vigilar_openvino *vigilar_openvino_open(const char *path, char *problem, size_t size) {
    // Its own symbols stay its own: it brings threading libraries that others in the process may have in another version.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        snprintf(problem, size, "%s", dlerror());
        return NULL;
    }
    vigilar_openvino *api = calloc(1, sizeof *api);
    if (!api) {
        snprintf(problem, size, "no memory");
        dlclose(library);
        return NULL;
    }
#define VIGILAR_OPENVINO_FIND(result, name, arguments)                                                                                     \
    *(void **)&api->name = dlsym(library, #name);                                                                                          \
    if (!*(void **)&api->name) {                                                                                                           \
        snprintf(problem, size, "%s has no function %s", path, #name);                                                                     \
        free(api);                                                                                                                         \
        dlclose(library);                                                                                                                  \
        return NULL;                                                                                                                       \
    }
    VIGILAR_OPENVINO_FUNCTIONS(VIGILAR_OPENVINO_FIND)
#undef VIGILAR_OPENVINO_FIND
    return api;
}

int vigilar_openvino_compile(
    const vigilar_openvino *api, const ov_core_t *core, const ov_model_t *model, const char *threads, ov_compiled_model_t **compiled) {
    return api->ov_core_compile_model(
        core, model, "CPU", 10, compiled, "PERFORMANCE_HINT", "LATENCY", "NUM_STREAMS", "1", "INFERENCE_NUM_THREADS", threads,
        "INFERENCE_PRECISION_HINT", "f32", "ENABLE_CPU_PINNING", "NO");
}
