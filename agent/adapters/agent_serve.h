// `motcua-agent serve`: syncs by the schedule (retry_schedule.h) for as long as it runs. The data folder is locked
// only while a sync runs, so people record beside it.
//
//   a file of the data changes    something may have been recorded
//   netlink                       a network came up
//   SIGHUP                        a person asks for a sync
//   SIGUSR1                       a person's own `sync` got through
//   SIGTERM, SIGINT               the end, exit 0; a sync that runs is broken off, which loses nothing
//
// Threads: the caller's, and one more while a sync runs.
#pragma once

#include "agent/adapters/agent_commands.h"

namespace motcua {

struct ServeOptions {
  int64_t timeout_ms = kSessionBudgetMs;  // of one session
  std::string http;                       // of the web page that is to come; not listened on
};

int RunServe(const CommonOptions& common, const ServeOptions& options);

// Lets a serving process know that the hub was reached beside it.
void TellServeOfSync(const std::string& folder);

}  // namespace motcua
