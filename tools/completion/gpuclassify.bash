# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion for bash. The program itself says what may follow; see host/cli/help/complete.h.

_gpuclassify_files() { # ENDINGS...
    local file ending
    while IFS= read -r file; do
        if (($# == 0)) || [[ -d $file ]]; then
            COMPREPLY+=("$file")
            continue
        fi
        for ending in "$@"; do
            if [[ $file == *"$ending" ]]; then
                COMPREPLY+=("$file")
            fi
        done
    done < <(compgen -f -- "$current")
}

_gpuclassify() {
    local word text how glued="" current=${COMP_WORDS[COMP_CWORD]} i number=0
    local -a words=() lines=()
    # bash cuts words at = and : too; the program wants them whole.
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $word == [=:]* || $glued == yes ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == [=:] ]] && glued=yes || glued=no
        if ((i == COMP_CWORD)); then
            number=$((${#words[@]} - 1))
            text=${words[number]}
        fi
    done
    [[ $current == [=:] ]] && current=
    COMPREPLY=()
    mapfile -t lines < <("${words[0]/#\~/$HOME}" __complete "$number" "${words[@]//[\\\"\']/}" 2> /dev/null)
    how=${lines[0]-}
    if [[ $how == *open ]]; then
        compopt -o nospace
        how=${how% open}
    fi
    # bash replaces only what stands behind the last = or :.
    text=${text%"$current"}
    for word in "${lines[@]:1}"; do
        word=${word%%$'\t'*}
        word=${word#"$text"}
        [[ $word != *[!A-Za-z0-9_.,:=+/%@-]* ]] || printf -v word %q "$word"
        COMPREPLY+=("$word")
    done
    if [[ $how == files* ]]; then
        compopt -o filenames
        # shellcheck disable=SC2086 # endings are words
        _gpuclassify_files ${how#files}
    fi
}

complete -F _gpuclassify gpuclassify
