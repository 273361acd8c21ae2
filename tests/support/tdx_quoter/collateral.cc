#include "tests/support/tdx_quoter/collateral.h"

namespace tdx_quoter {
namespace {

std::string Hex(const Blob& bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 0xfU]);
  }
  return out;
}

std::string Quoted(const std::string& text) { return '"' + text + '"'; }

std::string Pair(const std::string& key, const std::string& value) {
  return Quoted(key) + ':' + value;
}
std::string Text(const std::string& key, const std::string& value) {
  return Pair(key, Quoted(value));
}
std::string Number(const std::string& key, int value) {
  return Pair(key, std::to_string(value));
}

std::string Joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ',';
    out += part;
  }
  return out;
}
std::string Object(const std::vector<std::string>& members) {
  return '{' + Joined(members) + '}';
}
template <typename Range, typename Function>
std::string Array(const Range& range, const Function& one) {
  std::vector<std::string> parts;
  parts.reserve(range.size());
  for (const auto& element : range) parts.push_back(one(element));
  return '[' + Joined(parts) + ']';
}

std::vector<std::string> StandingMembers(const Standing& standing) {
  std::vector<std::string> out = {Text("tcbDate", standing.date),
                                  Text("tcbStatus", standing.status)};
  if (!standing.advisories.empty()) {
    out.push_back(Pair("advisoryIDs", Array(standing.advisories, Quoted)));
  }
  return out;
}

std::string Level(const std::string& tcb, const Standing& standing) {
  std::vector<std::string> members = StandingMembers(standing);
  members.insert(members.begin(), Pair("tcb", tcb));
  return Object(members);
}

std::string Components(const std::array<int, 16>& svns) {
  return Array(svns, [](int svn) { return Object({Number("svn", svn)}); });
}

std::string PlatformLevelText(const PlatformLevel& level) {
  return Level(Object({Pair("sgxtcbcomponents", Components(level.sgx)),
                       Number("pcesvn", level.pce_svn),
                       Pair("tdxtcbcomponents", Components(level.tdx))}),
               level.standing);
}

std::string IsvLevels(const std::vector<IsvLevel>& levels) {
  return Array(levels, [](const IsvLevel& level) {
    return Level(Object({Number("isvsvn", level.isv_svn)}), level.standing);
  });
}

std::vector<std::string> ModuleMembers(const ModuleSpec& module) {
  return {Text("mrsigner", Hex(module.mr_signer)),
          Text("attributes", Hex(module.attributes)),
          Text("attributesMask", Hex(module.attributes_mask))};
}

std::string LineText(const ModuleLine& line) {
  std::vector<std::string> members = ModuleMembers(line.module);
  members.insert(members.begin(), Text("id", line.id));
  members.push_back(Pair("tcbLevels", IsvLevels(line.levels)));
  return Object(members);
}

}  // namespace

std::string TcbInfoBody(const TcbInfoSpec& spec) {
  return Object({Text("id", spec.id), Number("version", spec.version),
                 Text("issueDate", spec.issue_date),
                 Text("nextUpdate", spec.next_update),
                 Text("fmspc", spec.fmspc), Text("pceId", spec.pce_id),
                 Number("tcbType", spec.tcb_type),
                 Number("tcbEvaluationDataNumber", spec.evaluation_number),
                 Pair("tdxModule", Object(ModuleMembers(spec.module))),
                 Pair("tdxModuleIdentities", Array(spec.lines, LineText)),
                 Pair("tcbLevels", Array(spec.levels, PlatformLevelText))});
}

std::string QeIdentityBody(const QeIdentitySpec& spec) {
  return Object({Text("id", spec.id), Number("version", spec.version),
                 Text("issueDate", spec.issue_date),
                 Text("nextUpdate", spec.next_update),
                 Number("tcbEvaluationDataNumber", spec.evaluation_number),
                 Text("miscselect", Hex(spec.misc_select)),
                 Text("miscselectMask", Hex(spec.misc_select_mask)),
                 Text("attributes", Hex(spec.attributes)),
                 Text("attributesMask", Hex(spec.attributes_mask)),
                 Text("mrsigner", Hex(spec.mr_signer)),
                 Number("isvprodid", spec.isv_prod_id),
                 Pair("tcbLevels", IsvLevels(spec.levels))});
}

std::string SignedText(const std::string& key, const std::string& body,
                       EVP_PKEY* signing) {
  const Blob signature = SignP256(signing, {body.begin(), body.end()});
  return Object({Pair(key, body), Text("signature", Hex(signature))});
}

}  // namespace tdx_quoter
