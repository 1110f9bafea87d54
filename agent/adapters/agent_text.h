// The agent's answers as a person reads them on a terminal, in the current language.
#pragma once

#include <string>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/serve_mark.h"
#include "agent/core/csv_import.h"
#include "agent/core/desk.h"
#include "agent/core/desk_bundle.h"
#include "agent/core/sync_session.h"

namespace motcua {

std::string RecordAsText(const RecordAnswer& answer);
std::string AcknowledgeAsText(const AcknowledgeAnswer& answer);
std::string ImportAsText(const ImportAnswer& answer, const std::string& file_name);
// Codes as the catalog words them, with the code people type beside it; without a catalog the codes.
std::string ShowAsText(const ShowAnswer& answer, const Catalog* catalog);
std::string SubmitAsText(const SubmitAnswer& answer);
std::string BundleExportAsText(const BundleExport& exported, const std::string& file);
std::string BundleReceiptAsText(const BundleApplied& applied);
std::string SyncAsText(const SyncResult& result);
std::string StatusAsText(const FolderIdentity& identity, const Desk& desk,
                         const std::optional<NextSync>& next);
std::string EnrollAsText(const FolderIdentity& identity);

}  // namespace motcua
