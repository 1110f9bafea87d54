// What one hub's database has and another of the same hub lacks: what a restore takes away, named so that
// somebody can look after it. Entries of desks come back by themselves from any desk that holds them; what only
// the hub knew does not.
//
// Threads: the caller's; both hubs are open in this process. Errors: kDataLoss when one cannot be read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/adapters/sqlite_hub_store.h"
#include "hub/core/hub.h"

namespace motcua {

struct HubDifference {
  // Entries of one device in one unit's logs.
  struct DeviceEntries {
    std::string unit;
    DeviceId device;
    std::string name;  // the machine's
    int64_t entries = 0;
    EntryName first;
    EntryName last;
  };
  // An entry of the hub's own: a restatement, an exclusion … that somebody may have to make again.
  struct HubEntry {
    std::string unit;
    EntryName name;
    Entry entry;
  };
  struct Device {
    DeviceRow row;
    std::string certificate;  // serial; of a device enrolled since the newest
  };
  struct Token {
    std::string unit;
    Role role = Role::kDesk;
    int64_t expires_s = 0;
    bool used = false;
    bool made_since = false;  // else it was used since: the restored hub takes it once more
  };

  std::vector<DeviceEntries> entries;  // sorted by unit, device
  std::vector<HubEntry> hub_entries;   // in the order of their logs
  std::vector<Device> devices;       // enrolled since: taken back by their certificates
  std::vector<Device> certificates;  // issued since to devices that both know: taken back too
  std::vector<Device> revocations;   // the restored hub lets them in; with a certificate: that one alone
  std::vector<Token> tokens;
  std::vector<Hash> catalogs;  // applied since, oldest first

  bool empty() const {
    return entries.empty() && hub_entries.empty() && devices.empty() && certificates.empty() &&
           revocations.empty() && tokens.empty() && catalogs.empty();
  }
};

struct HubAndStore {
  Hub* hub = nullptr;
  SqliteHubStore* store = nullptr;
};
absl::StatusOr<HubDifference> OnlyIn(HubAndStore present, HubAndStore restored);

}  // namespace motcua
