#include "agent/adapters/open_desk.h"

#include <sys/stat.h>

#include "agent/adapters/grpc_enroll_client.h"
#include "agent/adapters/grpc_hub_link.h"
#include "common/rpc/catalog_text.h"
#include "common/security/receipt_key.h"

namespace motcua {
namespace {

class FolderRenewer final : public IdentityRenewer {
 public:
  explicit FolderRenewer(OpenedDesk* opened) : opened_(*opened) {}

  absl::Status Renew(int64_t deadline_ms) override {
    FolderIdentity& identity = opened_.identity;
    MOTCUA_ASSIGN_OR_RETURN(const DeviceKey key, opened_.folder.RenewalKey(identity.tls));
    MOTCUA_ASSIGN_OR_RETURN(const TlsIdentity renewed,
                            RenewAt(identity.hub_address, identity.ca_pem, identity.tls, key, deadline_ms));
    MOTCUA_RETURN_IF_ERROR(opened_.folder.WriteRenewed(renewed));
    identity.tls = renewed;
    return absl::OkStatus();
  }

 private:
  OpenedDesk& opened_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenDesk(const std::string& path) {
  MOTCUA_ASSIGN_OR_RETURN(DataFolder folder, DataFolder::Lock(path, /*create=*/false));
  return OpenDeskIn(std::move(folder));
}

absl::StatusOr<std::unique_ptr<OpenedDesk>> OpenDeskIn(DataFolder folder) {
  auto opened = std::make_unique<OpenedDesk>(std::move(folder));
  MOTCUA_ASSIGN_OR_RETURN(opened->identity, opened->folder.ReadIdentity());
  // SQLite gives its own new files the rights of the database.
  const mode_t mask = ::umask(0077);
  absl::StatusOr<std::unique_ptr<SqliteAgentStore>> store =
      SqliteAgentStore::Open(opened->folder.database_path());
  ::umask(mask);
  MOTCUA_ASSIGN_OR_RETURN(opened->store, std::move(store));
  MOTCUA_ASSIGN_OR_RETURN(opened->desk, Desk::Open(opened->identity.desk, opened->store.get(), &opened->clock,
                                                   &opened->random, ParseCatalogBytes));
  return opened;
}

SyncResult SyncDesk(OpenedDesk& opened, const SyncOptions& options, CallStopper* stopper) {
  absl::StatusOr<std::unique_ptr<ReceiptChecker>> checker =
      ReceiptChecker::Create(opened.identity.receipt_key);
  if (!checker.ok()) {
    SyncResult result;
    result.status = checker.status();
    return result;
  }
  GrpcHubLink link({opened.identity.hub_address, opened.identity.ca_pem, opened.identity.tls}, &opened.clock, stopper);
  FolderRenewer renewer(&opened);
  return SyncSession(opened.desk.get(), &link, checker->get(), options, &renewer).Run();
}

}  // namespace motcua
