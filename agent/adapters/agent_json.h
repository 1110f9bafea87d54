// The agent's answers as JSON objects, for --json: snake_case, numbers as numbers, empty fields printed.
#pragma once

#include <string>
#include <vector>

#include "agent/adapters/data_folder.h"
#include "agent/adapters/serve_mark.h"
#include "agent/core/csv_import.h"
#include "agent/core/desk.h"
#include "agent/core/desk_bundle.h"
#include "agent/core/sync_session.h"

namespace motcua {

std::string RecordAsJson(const RecordAnswer& answer);
std::string AcknowledgeAsJson(const AcknowledgeAnswer& answer);
std::string ImportAsJson(const ImportAnswer& answer, const std::string& file_name);
std::string ShowAsJson(const ShowAnswer& answer);
std::string SubmitAsJson(const SubmitAnswer& answer);
std::string BundleExportAsJson(const BundleExport& exported, const std::string& file, std::size_t bytes);
std::string BundleReceiptAsJson(const BundleApplied& applied, const std::string& file);
std::string SyncAsJson(const SyncResult& result);
std::string StatusAsJson(const FolderIdentity& identity, const Desk& desk,
                         const std::optional<NextSync>& next);
std::string EnrollAsJson(const FolderIdentity& identity, const SyncResult& first_sync);

}  // namespace motcua
