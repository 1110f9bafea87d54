// A desk without any line: what it gives to the hub and takes from it in files (common/sync/bundle.h).
//
// ExportBundle() changes nothing: what is in a bundle goes on waiting until a receipt says that the hub holds it, so
// a stick that is lost costs nothing, and a line that comes back meanwhile sends the same entries once more.
//
// Threads: the desk's.
#pragma once

#include <string>

#include "agent/core/desk.h"
#include "agent/core/sync_session.h"
#include "common/sync/bundle.h"

namespace motcua {

struct BundleExportOptions {
  // Everything this desk holds and may give, whatever the latest receipt says: for a hub that lost data, or a stick
  // that never arrived. Costs a larger file.
  bool all = false;
  std::string agent_version;
};
struct BundleExport {
  Bundle bundle;
  std::size_t left_out = 0;  // entries for which there was no room; they go with the next bundle
};
// Everything the hub lacks as of the latest receipt: the own path first, then other lines as in outgoing.h.
absl::StatusOr<BundleExport> ExportBundle(Desk& desk, const BundleExportOptions& options);

struct BundleApplied {
  // As of a sync: what came, what still waits. `status` is OK when the answers were taken, also when entries recorded
  // since the export still wait.
  SyncResult result;
  bool older = false;   // a later exchange has told this desk more; nothing was changed
  bool synced = false;  // the hub holds everything this desk does
};
// Takes the hub's answers as if the line had brought them. The caller has checked the hub's signature over the whole
// file; receipts and chains are checked here as in every exchange. result.status is kPermissionDenied for another
// device's receipt file; after any error nothing of the answer that failed was taken.
BundleApplied ApplyBundleReceipt(Desk* desk, const ReceiptVerifier* verifier, const BundleReceipt& receipt);

}  // namespace motcua
