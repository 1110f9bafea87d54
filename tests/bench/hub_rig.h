// HubRig is a real hub in this process: its data folder, its devices, and, when it serves, its port with
// mutual TLS. Devices are written into the table beforehand with numbers of our choosing, so that two hubs
// can be given the very same entries.
//
// Threads: one, beside the server's own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/catalog/catalog.h"
#include "common/security/ca.h"
#include "hub/core/hub.h"

namespace motcua::bench {

struct RigDevice {
  DeviceId device;
  std::string unit;
};

class HubRig {
 public:
  static absl::StatusOr<std::unique_ptr<HubRig>> Make(const std::string& folder, const Catalog& catalog,
                                                      const std::vector<RigDevice>& devices);
  ~HubRig();

  // Page cache of the database, in KiB; the plain baseline gets the same.
  static constexpr int kCacheKib = 64 * 1024;

  HubApi& api();
  Hub& hub();
  // A one-time enrolment code, as people type it.
  absl::StatusOr<std::string> NewCode(const std::string& unit);
  // Opens the port on loopback.
  absl::Status Serve();
  int port() const;
  std::string address() const { return absl::StrCat("127.0.0.1:", port()); }
  const std::string& ca_pem() const;
  // Key and certificate of one of the devices.
  TlsIdentity IdentityOf(DeviceId device) const;

  // Stops and closes everything; what stands on disk may then be read.
  void Close();
  std::string database_path() const;
  // The sum of all counter cells, read from the closed database.
  absl::StatusOr<int64_t> SumOfCells() const;

 private:
  struct Impl;
  explicit HubRig(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

absl::StatusOr<int64_t> SumOf(const std::string& database_path, const std::string& sql);

}  // namespace motcua::bench
