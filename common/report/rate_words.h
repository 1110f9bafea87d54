// What a rate is computed from, in words: a person who holds the printed form sees which definition it used and what
// was left out of it.
//
// Threads: pure functions. Texts are in the current language.
#pragma once

#include <string>

#include "common/catalog/catalog.h"

namespace motcua {

// "Tỷ lệ hồ sơ tiếp nhận trực tuyến (online_of_received v1) = Tiếp nhận [Trực tuyến một phần] / Tiếp nhận".
std::string RateInWords(const Catalog& catalog, const Rate& rate);

}  // namespace motcua
