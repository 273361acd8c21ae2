#include "evidence/log/boot_facts.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/string_view.h"

#include "evidence/log/event_types.h"
#include "evidence/log/uefi.h"
#include "quote/crypto/digest.h"

namespace evidenced {
namespace {

constexpr absl::string_view kExitBootServices = "Exit Boot Services Invocation";
constexpr absl::string_view kDatabases[] = {"PK", "KEK", "db", "dbx"};

template <typename Range, typename Value>
bool Contains(const Range& range, const Value& value) {
  return std::find(std::begin(range), std::end(range), value) !=
         std::end(range);
}

bool HasVariable(uint32_t type) {
  return type == kEvEfiVariableDriverConfig || type == kEvEfiVariableBoot ||
         type == kEvEfiVariableBoot2 || type == kEvEfiVariableAuthority;
}

bool StartsWith(ByteView data, absl::string_view text) {
  return data.size() >= text.size() &&
         Equal(data.first(text.size()), AsBytes(text));
}

// The variables that the firmware measures before it starts anything.
void NoteConfiguration(const UefiVariable& variable, BootFacts& facts) {
  if (variable.name == "SecureBoot" &&
      Equal(variable.guid, kEfiGlobalVariable)) {
    if (facts.secure_boot_variable.has_value()) return;
    facts.secure_boot_variable =
        variable.data.size() == 1 && variable.data[0] == 1;
    return;
  }
  const bool known = std::any_of(
      facts.databases.begin(), facts.databases.end(),
      [&variable](const auto& entry) { return entry.first == variable.name; });
  if (known || !Contains(kDatabases, absl::string_view(variable.name))) return;
  facts.databases.emplace_back(variable.name, CountSignatures(variable.data));
}

void NoteVariable(const LogEvent& event, size_t index, BootFacts& facts) {
  const auto variable = ReadUefiVariable(event.data);
  if (!variable.has_value()) return;
  facts.variables.push_back({.event = index,
                             .reg = event.reg,
                             .name = variable->name,
                             .guid = GuidText(variable->guid),
                             .size = variable->data.size()});
  if (event.type == kEvEfiVariableDriverConfig) {
    NoteConfiguration(*variable, facts);
  }
}

bool DigestsAreOfData(const LogEvent& event) {
  return std::all_of(event.digests.begin(), event.digests.end(),
                     [&event](const EventDigest& digest) {
                       return Equal(digest.value,
                                    Hash(digest.algorithm, {event.data}));
                     });
}

}  // namespace

BootFacts FindBootFacts(const EventLog& log) {
  BootFacts facts;
  for (size_t i = 0; i < log.events.size(); ++i) {
    const LogEvent& event = log.events[i];
    if (HasVariable(event.type)) NoteVariable(event, i, facts);
    if (event.type == kEvSeparator) {
      facts.separators[event.reg].push_back(event.data);
    }
    if (event.type == kEvEfiAction &&
        StartsWith(event.data, kExitBootServices)) {
      facts.exit_boot_services_seen = true;
    }
    if (!Contains(kDigestOfDataTypes, event.type)) continue;
    if (DigestsAreOfData(event)) {
      ++facts.digests_of_data;
    } else {
      facts.digests_of_other.push_back(i);
    }
  }
  return facts;
}

}  // namespace evidenced
