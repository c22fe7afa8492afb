#!/usr/bin/env bash
# Checks of the repository's files themselves: shell scripts are clean, nothing names a developer's machine or a private
# registry, and the commands the README shows exist.
set -uo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
status=0

complain() {
    echo "repository: $1" >&2
    status=1
}

mapfile -t files < <(git ls-files --cached --others --exclude-standard)
if ((${#files[@]} == 0)); then complain "git lists no files"; fi

shell_scripts=()
for file in "${files[@]}"; do
    [[ -f $file ]] || continue
    if head -n 1 -- "$file" | grep -Eaq '^#!.*\b(ba)?sh\b|^# shellcheck shell='; then shell_scripts+=("$file"); fi
done
if command -v shellcheck >/dev/null; then
    shellcheck --external-sources -- "${shell_scripts[@]}" || complain "shellcheck has something to say"
elif [[ ${CI:-false} == true ]]; then
    complain "shellcheck is not installed"
else
    echo "repository: shellcheck is not installed, scripts not checked" >&2
fi

# Absolute paths of a developer's machine, and URLs of package registries other than the public defaults, which Maven
# and apt know without being told. This script holds the patterns and is left out.
private='(^|[^[:alnum:]_.-])/(work|root|home/[a-z]+)/|https?://[^/[:space:]]*(artifactory|nexus|registry|mirror)[^/[:space:]]*/(maven|repository|artifactory)'
mapfile -t searched < <(printf '%s\n' "${files[@]}" | grep -v '^scripts/check-repository.sh$')
if grep -nIE "$private" -- "${searched[@]}"; then
    complain "the lines above name a machine's path or a registry"
fi

# In the README's shell blocks, every command that looks like a file of ours must be one (or be made by the build).
if [[ -f README.md ]]; then
    # Quoted text below is sed's and grep's, not the shell's.
    # shellcheck disable=SC2016
    while IFS= read -r command; do
        if [[ -x $command || -x packaging/bin/${command##*/} ]]; then continue; fi
        complain "README.md shows '$command', which does not exist or is not executable"
    done < <(sed -n '/^```\(sh\|bash\|console\)$/,/^```$/p' README.md | grep -oE '^(\$ )?\.?[./a-zA-Z0-9_-]*/[./a-zA-Z0-9_-]+' |
        sed 's/^\$ //' | sort -u)
fi
exit "$status"
