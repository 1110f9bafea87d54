# motcua-explore, and the same over a product with planted mistakes.
list(REMOVE_ITEM explorer ${CMAKE_CURRENT_SOURCE_DIR}/explore_main.cc)
add_library(motcua_tests_explore STATIC ${explorer} "${CMAKE_SOURCE_DIR}/tests/common/ledger/oracle.cc")
target_include_directories(motcua_tests_explore PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(motcua_tests_explore PUBLIC motcua_agent_adapters motcua_hub_adapters motcua_tests_fault_disk
                      PRIVATE motcua_warnings)

add_executable(motcua-explore explore_main.cc)
target_link_libraries(motcua-explore PRIVATE motcua_tests_explore motcua_warnings)
motcua_planted_program(motcua-explore-planted explore_main.cc)
target_link_libraries(motcua-explore-planted PRIVATE motcua_tests_explore)

# Reduced to a minute: two entries each and one fault; README.md has the command for everything.
set(explore_small --entries 2 --faults-max 1)
add_test(NAME Explore.EveryInterleavingOfTwoEntriesEachAndOneFault COMMAND motcua-explore ${explore_small})
foreach(bug duplicate-applied receipt-too-high gap-taken-as-append losing-adds-counted)
  add_test(NAME Explore.Finds/${bug} COMMAND motcua-explore-planted --plant ${bug} ${explore_small})
endforeach()
# Copies that part, and one of them copied again: three lines need three entries of one script.
add_test(NAME Explore.Finds/fork-of-fork-lost
  COMMAND motcua-explore-planted --plant fork-of-fork-lost --scope two-copies --faults clone --faults-max 1)
foreach(bug duplicate-applied receipt-too-high gap-taken-as-append losing-adds-counted fork-of-fork-lost)
  set_tests_properties(Explore.Finds/${bug} PROPERTIES PASS_REGULAR_EXPRESSION "\nFOUND ")
endforeach()
