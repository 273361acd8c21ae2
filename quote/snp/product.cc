#include "quote/snp/product.h"

#include <array>

#include "absl/strings/str_cat.h"

namespace evidenced {
namespace {

struct Models {
  uint8_t family;
  uint8_t first_model;
  uint8_t last_model;
  SnpProduct product;
};

constexpr std::array<Models, 4> kModels = {{
    {0x19, 0x00, 0x0f, SnpProduct::kMilan},
    {0x19, 0x10, 0x1f, SnpProduct::kGenoa},
    {0x19, 0xa0, 0xaf, SnpProduct::kGenoa},  // Bergamo, Siena
    {0x1a, 0x00, 0x11, SnpProduct::kTurin},
}};

struct Title {
  absl::string_view title;
  SnpProduct product;
};

constexpr std::array<Title, 5> kTitles = {{
    {"Milan", SnpProduct::kMilan},
    {"Genoa", SnpProduct::kGenoa},
    {"Bergamo", SnpProduct::kGenoa},
    {"Siena", SnpProduct::kGenoa},
    {"Turin", SnpProduct::kTurin},
}};

}  // namespace

absl::string_view SnpProductName(SnpProduct product) {
  switch (product) {
    case SnpProduct::kMilan:
      return "milan";
    case SnpProduct::kGenoa:
      return "genoa";
    case SnpProduct::kTurin:
      return "turin";
  }
  return "unknown";
}

absl::string_view SnpProductTitle(SnpProduct product) {
  switch (product) {
    case SnpProduct::kMilan:
      return "Milan";
    case SnpProduct::kGenoa:
      return "Genoa";
    case SnpProduct::kTurin:
      return "Turin";
  }
  return "Unknown";
}

std::optional<SnpProduct> SnpProductFromCpuid(const SnpCpuid& cpuid) {
  for (const Models& models : kModels) {
    if (cpuid.family == models.family && cpuid.model >= models.first_model &&
        cpuid.model <= models.last_model) {
      return models.product;
    }
  }
  return std::nullopt;
}

std::optional<SnpProduct> SnpProductFromName(absl::string_view name) {
  const absl::string_view title = name.substr(0, name.find('-'));
  for (const Title& known : kTitles) {
    if (title == known.title) return known.product;
  }
  return std::nullopt;
}

std::optional<SnpProduct> SnpProductFromArk(absl::string_view common_name) {
  for (const SnpProduct product :
       {SnpProduct::kMilan, SnpProduct::kGenoa, SnpProduct::kTurin}) {
    if (common_name == absl::StrCat("ARK-", SnpProductTitle(product))) {
      return product;
    }
  }
  return std::nullopt;
}

}  // namespace evidenced
