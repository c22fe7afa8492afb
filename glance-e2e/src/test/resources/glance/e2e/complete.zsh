# Prints what zsh offers for the words $2, with the completions of directory $1, by asking an interactive one.
zmodload zsh/zpty zsh/datetime || exit 1
zpty shell "PS1= exec zsh -f -i"
zpty -w shell "fpath=($1 \$fpath); autoload -Uz compinit && compinit -u -D"
zpty -w shell 'compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
    typeset -a offered
    builtin compadd -A offered "$@"
    print -rl -- OFFERED:$^offered >/dev/tty
    builtin compadd "$@"
}'
zpty -w shell "print RE''ADY"

# Reads until $1 has come and then half a second nothing, 20 seconds at most.
listen() {
    local heard= chunk until=$((EPOCHREALTIME + 20)) quiet=0
    while ((EPOCHREALTIME < until && quiet < 5)); do
        if zpty -r -t shell chunk; then
            heard+=$chunk
            quiet=0
        else
            sleep 0.1
            [[ $heard == *$1* ]] && ((quiet += 1))
        fi
    done
    print -r -- "$heard"
}
listen READY >/dev/null
zpty -w -n shell "$2"$'\t'
listen OFFERED | tr -d '\r' | grep -o 'OFFERED:[^ ]*' | sed 's/OFFERED://' | sort -u
zpty -d shell
