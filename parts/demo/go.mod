module minos.local/parts/demo

go 1.26.0
