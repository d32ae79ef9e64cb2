/**
 * CMake's own commands that are neither evaluated nor stubbed. They are there for `if(COMMAND …)`; to call
 * one is an error, as it is for any other name that is not known.
 */
const NAMES = `add_test aux_source_directory build_command build_name cmake_file_api
cmake_host_system_information cmake_path create_test_sourcelist define_property export
export_library_dependencies fltk_wrap_ui get_cmake_property get_directory_property
get_source_file_property get_test_property include_external_msproject include_regular_expression
install_files install_programs install_targets link_libraries load_cache load_command
output_required_files qt_wrap_cpp qt_wrap_ui remove_definitions set_directory_properties
set_tests_properties site_name source_group subdir_depends subdirs target_precompile_headers
use_mangled_mesa utility_source variable_requires variable_watch`;

const KNOWN = new Set(NAMES.split(/\s+/));

/** Whether CMake has a command of this name (lower case) that is not evaluated. */
export const isKnown = (name: string): boolean => KNOWN.has(name);
