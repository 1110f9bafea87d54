// What makes a hub the one its desks trust: the key it issues certificates with and the key it signs receipts
// with. They lie in files of the data folder, and in every backup.
//
// Errors: private_file.h; kInvalidArgument when a key cannot be used.
#pragma once

#include <functional>
#include <string>

#include "common/base/status.h"

namespace motcua {

struct HubKeys {
  std::string ca_key_pem;
  std::string ca_certificate_pem;
  std::string receipt_key_pem;
};

// Calls `visit` with the file's name and the field it is kept in, for the three of them.
void ForEachKeyFile(HubKeys& keys, const std::function<void(const std::string& name, std::string& pem)>& visit);

absl::StatusOr<HubKeys> MakeHubKeys();
absl::StatusOr<HubKeys> ReadHubKeys(const std::string& folder);
// The keys can be used, and key and certificate belong together.
absl::Status CheckHubKeys(const HubKeys& keys);

}  // namespace motcua
