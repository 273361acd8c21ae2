#ifndef AGENT_CLIENT_CCEL_TABLE_WORDS_H_
#define AGENT_CLIENT_CCEL_TABLE_WORDS_H_

#include "nlohmann/json.hpp"

#include "agent/client/text.h"
#include "evidence/log/ccel_table.h"

namespace evidenced {

nlohmann::ordered_json CcelTableToJson(const CcelTable& table);
// Adds rows to `out`.
void AddCcelTable(const CcelTable& table, Table& out);

}  // namespace evidenced

#endif  // AGENT_CLIENT_CCEL_TABLE_WORDS_H_
