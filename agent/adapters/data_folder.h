// DataFolder: the folder given with --data.
//
//   lock                     held while a program uses the folder
//   serve.lock, serve.json   of a serving process (serve_mark.h)
//   identity/enrolling.pem   key and request of an enrolment that is not answered yet
//   identity/renewing.pem    the same of a renewal
//   agent.db, agent.db-wal   the log (sqlite_agent_store.h)
//   identity/key.pem cert.pem ca.pem   who this machine is to the hub, mode 0600
//   identity/renewed.pem     key and certificate of the newest renewal, in one file so that they change together;
//   they stand for key.pem and cert.pem
//   identity/identity.json   device, unit, role, hub address, receipt key; written last: with it the folder
//   is enrolled
//
// The identity lies outside the database so that it survives a damaged one, whose log then comes back from
// the hub.
//
// Threads: one. Lifetime: the lock is let go when the object goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/core/desk_log.h"
#include "common/base/status.h"
#include "common/security/ca.h"
#include "common/security/device_key.h"

namespace motcua {

struct FolderIdentity {
  DeskIdentity desk;
  std::string unit_name;
  std::string name;         // how people call this machine
  std::string hub_address;  // "host:port"
  std::string receipt_key;  // 32 bytes
  uint64_t incarnation = 0;
  TlsIdentity tls;
  std::string ca_pem;
};

class DataFolder {
 public:
  // Makes the folder when `create` and it is missing. Waits a moment for another program, and longer where somebody
  // serves (serve_mark.h): a session then holds the folder. kFailedPrecondition: another program uses it, or it was
  // never enrolled (without `create`).
  static absl::StatusOr<DataFolder> Lock(const std::string& path, bool create);
  // kFailedPrecondition: the folder was never enrolled. Locks nothing.
  static absl::Status CheckEnrolled(const std::string& path);
  DataFolder(DataFolder&& other) noexcept
      : path_(std::move(other.path_)), lock_(other.lock_), made_(other.made_) {
    other.lock_ = -1;
  }
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  bool enrolled() const;
  // The key this folder enrols with: made at the first try and the same at every next one, because the answer
  // to a try may be lost and the hub gives it again only to the same request.
  absl::StatusOr<DeviceKey> EnrolmentKey() const;
  bool has_enrolment_key() const;
  // Takes away what an enrolment that was refused would leave behind: the key, the lock when nothing else is in the
  // folder, and the folder when this object made it. The folder is not used any more.
  void Abandon() const;
  // The same for a renewal of `current`.
  absl::StatusOr<DeviceKey> RenewalKey(const TlsIdentity& current) const;
  absl::StatusOr<FolderIdentity> ReadIdentity() const;
  // From the moment it is stored the renewed pair is the machine's; until then the one before is.
  absl::Status WriteRenewed(const TlsIdentity& renewed) const;
  absl::Status WriteIdentity(const FolderIdentity& identity) const;
  std::string database_path() const { return path_ + "/agent.db"; }

 private:
  DataFolder(std::string path, int lock, bool made) : path_(std::move(path)), lock_(lock), made_(made) {}
  std::string path_;
  int lock_ = -1;
  bool made_ = false;  // the folder, by this object
};

}  // namespace motcua
