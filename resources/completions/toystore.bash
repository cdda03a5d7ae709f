# SPDX-FileCopyrightText: 2026 The Toystore authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Completion of toystore for bash: the program itself knows what fits; where nothing does, files.
_toystore() {
    local word typed=("${COMP_WORDS[@]:1:COMP_CWORD}") quote=${COMP_WORDS[COMP_CWORD]:0:1}
    COMPREPLY=()
    while IFS= read -r word; do
        # Within quotes, which stay as they were typed, nothing is escaped.
        [[ $quote == [\"\'] ]] || word=$(printf '%q' "$word")
        COMPREPLY+=("$word")
    done < <("$1" complete "${typed[@]//[\\\"\']/}" 2>/dev/null)
}
complete -o default -F _toystore toystore
