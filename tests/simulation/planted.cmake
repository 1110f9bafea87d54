# motcua_planted_program(name sources…): a test program whose product code can be told to make the mistakes of
# common/base/planted_bug.h. The cores, the stores and what they stand on are compiled once more with
# MOTCUA_PLANTED_BUGS and linked before the libraries, which then only fill the rest; what is planted is chosen
# at run time with motcua::planted::Plant(). No other program is touched by it.
file(GLOB planted_sources CONFIGURE_DEPENDS
  "${CMAKE_SOURCE_DIR}/common/base/planted_bug.cc"
  "${CMAKE_SOURCE_DIR}/common/ledger/*.cc"
  "${CMAKE_SOURCE_DIR}/common/sync/*.cc"
  "${CMAKE_SOURCE_DIR}/common/sqlite/*.cc"
  "${CMAKE_SOURCE_DIR}/agent/core/*.cc"
  "${CMAKE_SOURCE_DIR}/hub/core/*.cc"
  "${CMAKE_SOURCE_DIR}/agent/adapters/sqlite_*.cc"
  "${CMAKE_SOURCE_DIR}/hub/adapters/sqlite_*.cc")
add_library(motcua_planted OBJECT EXCLUDE_FROM_ALL ${planted_sources})
target_compile_definitions(motcua_planted PUBLIC MOTCUA_PLANTED_BUGS)
target_include_directories(motcua_planted PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(motcua_planted PUBLIC motcua_agent_adapters motcua_hub_adapters PRIVATE motcua_warnings)

function(motcua_planted_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE motcua_planted motcua_warnings)
endfunction()

# The simulator over a product that errs: each mistake must be found by one of the first thousand seeds.
motcua_planted_program(motcua-sim-planted planted_main.cc)
target_link_libraries(motcua-sim-planted PRIVATE motcua_tests_simulation CLI11::CLI11)
add_test(NAME simulation_finds_planted_mistakes COMMAND motcua-sim-planted)
set_tests_properties(simulation_finds_planted_mistakes PROPERTIES TIMEOUT 1800 LABELS test_simulation)
