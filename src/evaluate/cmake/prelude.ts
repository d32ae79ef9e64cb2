const NOTHING = `
  project cmake_minimum_required enable_language enable_testing install
  add_custom_target add_custom_command add_library add_executable add_dependencies add_subdirectory
  add_compile_options add_compile_definitions add_definitions add_link_options include_directories
  link_directories mark_as_advanced Python_add_library
  target_include_directories target_compile_options target_compile_definitions target_link_libraries
  target_link_options target_link_directories target_sources target_compile_features
  set_target_properties set_source_files_properties set_property get_property get_target_property
  find_library find_program find_path find_file
  configure_file write_file make_directory remove exec_program try_compile try_run
  FetchContent_Declare`
  .trim()
  .split(/\s+/);

/** A header that some external projects insist on. */
export const STUB_HEADER = '.stub/cutlass/cutlass.h';

/**
 * What runs before the tree, in CMake itself: everything that would compile, look for a package or touch the
 * disk does nothing, or says that it found what it looked for. Control flow, variables and the project's own
 * functions run. DGX_SOURCE, DGX_CUDA and DGX_GENCODE are set by who runs it.
 */
export const STUBS = `
set(CMAKE_CUDA_COMPILER_VERSION "\${DGX_CUDA}")
set(CUDA_VERSION "\${DGX_CUDA}")
set(CUDA_FOUND TRUE)
set(NVCC_EXECUTABLE "nvcc")
set(CMAKE_CUDA_FLAGS "\${DGX_GENCODE}")
set(VLLM_PYTHON_EXECUTABLE "/usr/bin/python3")
set(CMAKE_SOURCE_DIR "\${DGX_SOURCE}")
set(CMAKE_CURRENT_SOURCE_DIR "\${DGX_SOURCE}")
set(CMAKE_BINARY_DIR "\${DGX_SOURCE}/.build")
set(CMAKE_CURRENT_BINARY_DIR "\${DGX_SOURCE}/.build")
set(FETCHCONTENT_BASE_DIR "\${DGX_SOURCE}/.deps")
set(CUTLASS_INCLUDE_DIR "\${DGX_SOURCE}/.stub")

macro(find_package _name)
  set(\${_name}_FOUND TRUE)
  if("\${_name}" STREQUAL "Python")
    set(Python_VERSION_MAJOR 3)
    set(Python_VERSION_MINOR 12)
  endif()
endmacro()

function(execute_process)
  cmake_parse_arguments(PARSE_ARGV 0 _e "" "RESULT_VARIABLE;OUTPUT_VARIABLE;ERROR_VARIABLE" "COMMAND")
  foreach(_stream OUTPUT ERROR)
    if(_e_\${_stream}_VARIABLE)
      set(\${_e_\${_stream}_VARIABLE} "" PARENT_SCOPE)
    endif()
  endforeach()
  if(_e_RESULT_VARIABLE)
    set(\${_e_RESULT_VARIABLE} 0 PARENT_SCOPE)
  endif()
endfunction()

# A glob gives its own pattern, so that a group of generated sources is not empty.
macro(file _operation)
  if("\${_operation}" MATCHES "^GLOB")
    set(\${ARGV1} \${ARGN})
    list(REMOVE_AT \${ARGV1} 0)
  elseif("\${_operation}" STREQUAL "REAL_PATH")
    set(\${ARGV2} "\${ARGV1}")
  elseif("\${_operation}" MATCHES "^(MD5|SHA1|SHA256)$")
    set(\${ARGV2} "hash")
  endif()
endmacro()

# A file of the tree; what comes with CMake is left out.
macro(include _file)
  if(EXISTS "\${_file}")
    _include("\${_file}")
  elseif(EXISTS "\${DGX_SOURCE}/\${_file}")
    _include("\${DGX_SOURCE}/\${_file}")
  endif()
endmacro()

macro(FetchContent_Populate _name)
  set(\${_name}_SOURCE_DIR "/\${_name}")
endmacro()
macro(FetchContent_MakeAvailable _name)
  set(\${_name}_SOURCE_DIR "/\${_name}")
endmacro()
macro(FetchContent_GetProperties _name)
  set(\${_name}_SOURCE_DIR "/\${_name}")
  set(\${_name}_POPULATED TRUE)
endmacro()

${NOTHING.map((name) => `macro(${name})\nendmacro()`).join('\n')}
`;
