// FullDisk: SQLite's own disk, until it is told to be full; then every write answers SQLITE_FULL.
#pragma once

#include <sqlite3.h>

#include <string>

namespace motcua {

class FullDisk {
 public:
  FullDisk();
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  const char* name() const { return "full-disk"; }
  void set_full(bool full);
  // Lets `writes` more through.
  void FullAfter(int writes);

 private:
  sqlite3_vfs vfs_{};
};

}  // namespace motcua
