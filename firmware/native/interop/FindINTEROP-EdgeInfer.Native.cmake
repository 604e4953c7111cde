# Finds the native half of the assembly EdgeInfer.Native. Goes to CMake/Modules of an nf-interpreter tree; the sources go to
# InteropAssemblies/EdgeInfer.Native. docs/native-kernels.md tells the whole way.

set(BASE_PATH_FOR_THIS_MODULE ${PROJECT_SOURCE_DIR}/InteropAssemblies/EdgeInfer.Native)

list(APPEND EdgeInfer.Native_INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/src/CLR/Core)
list(APPEND EdgeInfer.Native_INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/src/CLR/Include)
list(APPEND EdgeInfer.Native_INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/src/HAL/Include)
list(APPEND EdgeInfer.Native_INCLUDE_DIRS ${PROJECT_SOURCE_DIR}/src/PAL/Include)
list(APPEND EdgeInfer.Native_INCLUDE_DIRS ${BASE_PATH_FOR_THIS_MODULE})

# Every source file of the folder: the glue and the kernels.
file(GLOB EdgeInfer.Native_SOURCES CONFIGURE_DEPENDS ${BASE_PATH_FOR_THIS_MODULE}/*.c ${BASE_PATH_FOR_THIS_MODULE}/*.cpp)

include(FindPackageHandleStandardArgs)

FIND_PACKAGE_HANDLE_STANDARD_ARGS(EdgeInfer.Native DEFAULT_MSG EdgeInfer.Native_INCLUDE_DIRS EdgeInfer.Native_SOURCES)
