// What every HubStore promises, to be run against each of them. A store's own test instantiates it with a
// factory:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, HubStoreTest, testing::Values(StoreMaker{…}));
//
// It should survive: reopening after every commit, and a process that dies between Begin and Commit.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "hub/core/hub_store.h"
#include "tests/support/status_matchers.h"

namespace motcua {

// Opens the store in a folder; called again for the same folder after everything was dropped.
using StoreMaker = std::function<std::unique_ptr<HubStore>(const std::string& folder)>;

class HubStoreTest : public testing::TestWithParam<StoreMaker> {
 protected:
  void SetUp() override;
  void TearDown() override;
  void Reopen();
  // Runs `write` in a transaction and opens the store anew.
  void Committed(const std::function<void(HubStore&)>& write);

  std::string folder_;
  std::unique_ptr<HubStore> store_;
};

}  // namespace motcua
