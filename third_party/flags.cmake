# Compiler and linker flags of the presets.
add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety)
endif()
if(EVIDENCED_SANITIZE)
  add_compile_options(-fsanitize=${EVIDENCED_SANITIZE}
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${EVIDENCED_SANITIZE})
endif()
# The coverage that guides a fuzzer is of the libraries, not of the targets.
if(EVIDENCED_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(EVIDENCED_HARDENED)
  add_compile_options(-fstack-protector-strong -fcf-protection=full
                      -fstack-clash-protection -U_FORTIFY_SOURCE
                      -D_FORTIFY_SOURCE=2)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()
